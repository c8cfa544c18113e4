import { Client, type ClientConfig, type FieldDef } from "pg";

/** What a server answered, in the recordings' form. */
export interface Answer {
  readonly command?: string;
  readonly row_count?: number | null;
  /** `name typeOID` */
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly error?: { readonly sqlstate?: string; readonly message: string; readonly hint?: string; readonly detail?: string };
}

interface TextResult {
  readonly command: string;
  readonly rowCount: number | null;
  readonly fields: readonly FieldDef[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** A pg connection that leaves every value as the text of the wire. */
export class TextClient {
  private readonly client: Client;

  private constructor(config: ClientConfig) {
    this.client = new Client(config);
    this.client.on("error", () => undefined);
  }

  static async connect(config: ClientConfig): Promise<TextClient> {
    const text = new TextClient(config);
    await text.client.connect();
    return text;
  }

  /** One statement text; of several statements the last answer counts. */
  async run(sql: string, params?: readonly unknown[]): Promise<Answer> {
    try {
      const result = (await this.client.query({ text: sql, rowMode: "array", types: { getTypeParser: () => (value: string) => value }, ...(params === undefined ? {} : { values: [...params] }) })) as unknown as TextResult | readonly TextResult[];
      return toAnswer(Array.isArray(result) ? (result as readonly TextResult[]).at(-1)! : (result as TextResult));
    } catch (error) {
      return { error: errorOf(error) };
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

function toAnswer({ command, rowCount, fields, rows }: TextResult): Answer {
  const base = { command, row_count: rowCount };
  return fields.length === 0 ? base : { ...base, columns: fields.map((f) => `${f.name} ${f.dataTypeID}`), rows };
}

export function errorOf(error: unknown): NonNullable<Answer["error"]> {
  const { code, message, hint, detail } = error as { readonly code?: string; readonly message: string; readonly hint?: string; readonly detail?: string };
  return { ...(code === undefined ? {} : { sqlstate: code }), message, ...(hint === undefined ? {} : { hint }), ...(detail === undefined ? {} : { detail }) };
}

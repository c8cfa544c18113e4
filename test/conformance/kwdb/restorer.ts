import type { TextClient } from "./client";

/** A system range's own values, as the server prints them and as its bytes in hexadecimal. */
interface RangeZone {
  readonly sql: string;
  readonly bytes: string;
}

const SETTING = /^(?:SET|RESET) CLUSTER SETTING ([\w.]+)/i;
const RANGE = /^ALTER RANGE (\w+) CONFIGURE ZONE/i;

/** Remembers what a statement is about to change outside of the case's own databases, and puts it back. */
export class Restorer {
  private readonly ranges = new Map<string, RangeZone | null>();
  private readonly settings = new Map<string, string | null>();

  constructor(private readonly client: TextClient) {}

  /** To be called before each statement. */
  async remember(sql: string): Promise<void> {
    const range = RANGE.exec(sql)?.[1];
    if (range !== undefined && !this.ranges.has(range)) this.ranges.set(range, await this.zoneOf(range));
    const setting = SETTING.exec(sql)?.[1];
    if (setting !== undefined && !this.settings.has(setting)) this.settings.set(setting, await this.valueOf(setting));
  }

  /** Throws when something is not as it was afterwards. */
  async restore(): Promise<void> {
    for (const [range, before] of this.ranges) {
      if ((await this.zoneOf(range))?.bytes === before?.bytes) continue;
      await this.change(before === null ? `ALTER RANGE ${range} CONFIGURE ZONE DISCARD` : restoreZone(range, before.sql));
      if ((await this.zoneOf(range))?.bytes !== before?.bytes) throw new Error(`RANGE ${range} is not as it was. It was: ${before?.sql ?? "without zone"}`);
    }
    for (const [name, before] of this.settings) {
      if ((await this.valueOf(name)) === before) continue;
      await this.change(before === null ? `RESET CLUSTER SETTING ${name}` : `SET CLUSTER SETTING ${name} = '${before.replaceAll("'", "''")}'`);
      if ((await this.valueOf(name)) !== before) throw new Error(`The setting ${name} is not as it was. It was: ${before ?? "not set"}`);
    }
  }

  private async zoneOf(range: string): Promise<RangeZone | null> {
    const [row] = await this.read(`SELECT raw_config_sql, encode(raw_config_protobuf, 'hex') FROM "".kwdb_internal.zones WHERE range_name = '${range}'`);
    return row === undefined ? null : { sql: row[0]!, bytes: row[1]! };
  }

  private async valueOf(setting: string): Promise<string | null> {
    const [row] = await this.read(`SELECT value FROM system.settings WHERE name = '${setting}'`);
    return row?.[0] ?? null;
  }

  private async read(sql: string): Promise<readonly (readonly (string | null)[])[]> {
    const { rows, error } = await this.client.run(sql);
    if (error !== undefined) throw new Error(`${sql}: ${error.message}`);
    return rows ?? [];
  }

  private async change(sql: string): Promise<void> {
    const { error } = await this.client.run(sql);
    if (error !== undefined) throw new Error(`${sql}: ${error.message}`);
  }
}

/** The printed variables as a statement that the server takes; constraints, which it does not take here, no case changes. */
function restoreZone(range: string, printed: string): string {
  const lines = printed.split("\n").slice(1).map((line) => line.trim().replace(/,$/, ""));
  const variables = lines.filter((line) => !/^(constraints|lease_preferences) = /.test(line)).map((line) => line.replace(/^(ts_merge\.days) = (.*)$/, "$1 = '$2'"));
  const merge = variables.some((line) => line.startsWith("ts_merge")) ? [] : ["ts_merge.days = '0s'"];
  return `ALTER RANGE ${range} CONFIGURE ZONE USING ${[...variables, ...merge].join(", ")}`;
}

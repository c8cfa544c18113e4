import { TLS_MODES, type ConnectionDeclaration, type Setting, type TlsDeclaration } from "./connection";
import { optional, wrongKind, type ObjectReader } from "./json-reader";
import type { JsonValue } from "./json-value";

const CONNECTION = ["host", "port", "user", "password", "database", "tls", "connect_timeout_seconds", "statement_timeout_seconds"];
const TLS = ["mode", "ca_file", "cert_file", "key_file"];

/** Reads the `connection` of a cluster in a manifest; empty when there is none. */
export function readConnection(cluster: ObjectReader): ConnectionDeclaration {
  const reader = cluster.child("connection", CONNECTION);
  if (reader === undefined) return {};
  const text = (key: string): Setting<string> | undefined =>
    readSetting(reader, key, "text", (value) => (typeof value === "string" ? value : undefined));
  return {
    ...optional("host", text("host")),
    ...optional("port", readSetting(reader, "port", "a number", (value) => (typeof value === "number" ? value : undefined))),
    ...optional("user", text("user")),
    ...optional("password", readPassword(reader)),
    ...optional("database", text("database")),
    ...optional("tls", readTls(reader)),
    ...optional("connectTimeoutSeconds", reader.optionalNumber("connect_timeout_seconds")),
    ...optional("statementTimeoutSeconds", reader.optionalNumber("statement_timeout_seconds")),
  };
}

function readSetting<T extends string | number>(
  reader: ObjectReader,
  key: string,
  wanted: string,
  convert: (value: unknown) => T | undefined,
): Setting<T> | undefined {
  const value = reader.raw(key);
  if (value === undefined) return undefined;
  if (typeof value === "object") return readEnvironmentReference(reader, key);
  const converted = convert(value);
  if (converted === undefined) reader.problem(key, wrongKind(value, `${wanted} or { "env": "NAME" }`, reader.at(key)));
  return converted;
}

function readEnvironmentReference(reader: ObjectReader, key: string): { readonly env: string } | undefined {
  const reference = reader.child(key, ["env"]);
  return reference === undefined ? undefined : { env: reference.text("env") };
}

/** A password in the file is refused without repeating it. */
function readPassword(reader: ObjectReader): { readonly env: string } | undefined {
  const value = reader.raw("password");
  if (value === undefined || (typeof value === "object" && !Array.isArray(value))) return readEnvironmentReference(reader, "password");
  reader.problem("password", {
    code: "MANIFEST_SECRET_LITERAL",
    summary: "A secret in the manifest",
    detail: 'The password stands in the manifest itself. Put it into an environment variable and write { "env": "NAME" }; change the password if this file was shared.',
  });
  return undefined;
}

function readTls(connection: ObjectReader): TlsDeclaration | undefined {
  const reader = connection.child("tls", TLS);
  if (reader === undefined) return undefined;
  return {
    mode: reader.word("mode", TLS_MODES),
    ...optional("caFile", reader.optionalText("ca_file")),
    ...optional("certFile", reader.optionalText("cert_file")),
    ...optional("keyFile", reader.optionalText("key_file")),
  };
}

/** A connection as it stands in a manifest; members in a fixed order. */
export function connectionToJson(connection: ConnectionDeclaration): JsonValue {
  const { tls } = connection;
  return {
    host: connection.host,
    port: connection.port,
    user: connection.user,
    password: connection.password && { env: connection.password.env },
    database: connection.database,
    tls: tls && { mode: tls.mode, ca_file: tls.caFile, cert_file: tls.certFile, key_file: tls.keyFile },
    connect_timeout_seconds: connection.connectTimeoutSeconds,
    statement_timeout_seconds: connection.statementTimeoutSeconds,
  };
}

/** What of a connection's JSON Schema differs from engine to engine. */
export interface ConnectionSchemaTexts {
  readonly description: string;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly database: string;
}

/** JSON Schema of a connection. It uses the manifest's own `text_setting` and `environment_reference`. */
export function connectionSchema(texts: ConnectionSchemaTexts) {
  return {
    type: "object",
    additionalProperties: false,
    description: texts.description,
    properties: {
      host: { $ref: "#/$defs/text_setting", description: texts.host },
      port: {
        description: texts.port,
        anyOf: [{ type: "integer", minimum: 1, maximum: 65535 }, { $ref: "#/$defs/environment_reference" }],
      },
      user: { $ref: "#/$defs/text_setting", description: texts.user },
      password: { $ref: "#/$defs/environment_reference", description: "Only as a reference to an environment variable." },
      database: { $ref: "#/$defs/text_setting", description: texts.database },
      tls: {
        type: "object",
        required: ["mode"],
        additionalProperties: false,
        properties: {
          mode: { enum: TLS_MODES },
          ca_file: { type: "string" },
          cert_file: { type: "string" },
          key_file: { type: "string" },
        },
        dependentRequired: { cert_file: ["key_file"], key_file: ["cert_file"] },
      },
      connect_timeout_seconds: { type: "number", exclusiveMinimum: 0, default: 10 },
      statement_timeout_seconds: { type: "number", exclusiveMinimum: 0, default: 60 },
    },
  } as const;
}

import type { NestedAttributes, ObjectValue } from "../plugin";
import type { ConnectionDeclaration } from "../topology/connection";
import { mapOf, numberOf, textOf } from "./values";

/** The engines, as the provider block names them. */
export type EngineName = "greptimedb" | "kwdb";

/** How to reach a cluster, and the environment in which that is to be understood. */
export interface Connection {
  readonly declaration: ConnectionDeclaration;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The provider block's object of one engine. Every absent value is read from the environment by the engine. */
export function connectionAttributes(engine: EngineName): NestedAttributes["attributes"] {
  const variable = (attribute: string): string => `\`${variableOf(engine, attribute)}\``;
  const { host, port, user, database } = TEXTS[engine];
  return {
    host: { type: "string", optional: true, description: `${host} Environment: ${variable("host")}; default \`127.0.0.1\`.` },
    port: { type: "number", optional: true, description: `${port.what} Environment: ${variable("port")}; default ${port.byDefault}.` },
    user: { type: "string", optional: true, description: `User name. Environment: ${variable("user")}; default ${user}.` },
    password: { type: "string", optional: true, sensitive: true, description: `Password. Prefer the environment: ${variable("password")}. It is never written to state, plans or logs.` },
    database: { type: "string", optional: true, description: `${database.what} Environment: ${variable("database")}; default \`${database.byDefault}\`.` },
    tls_mode: { type: "string", optional: true, description: `\`disable\`, \`require\` (encrypted, not verified), \`verify-ca\` or \`verify-full\`. Environment: ${variable("tls_mode")}; default \`disable\`.` },
    tls_ca_file: { type: "string", optional: true, description: `PEM file of the authorities to trust. Environment: ${variable("tls_ca_file")}; default: the system's.` },
    tls_cert_file: { type: "string", optional: true, description: `PEM file of the client's certificate. Environment: ${variable("tls_cert_file")}.` },
    tls_key_file: { type: "string", optional: true, description: `PEM file of the client's key. Environment: ${variable("tls_key_file")}.` },
    connect_timeout_seconds: { type: "number", optional: true, description: `Environment: ${variable("connect_timeout_seconds")}; default 10.` },
    statement_timeout_seconds: { type: "number", optional: true, description: `Environment: ${variable("statement_timeout_seconds")}; default 60.` },
  };
}

const TEXTS = {
  greptimedb: {
    host: "Host name or address of a frontend.",
    port: { what: "MySQL port of the frontend.", byDefault: 4002 },
    user: "none",
    database: { what: "Database that the connection opens.", byDefault: "public" },
  },
  kwdb: {
    host: "Host name or address of a node; several by commas (`kw1,kw2:26258`), tried in order.",
    port: { what: "SQL port of the node.", byDefault: 26257 },
    user: "`root`",
    database: { what: "Database of the session; targets name their own.", byDefault: "defaultdb" },
  },
} as const;

/**
 * The connection that a wholly known block of one engine declares. The password, and what belongs to TLS, is passed on as the
 * environment variable it stands for: a declaration cannot hold a secret, and a TLS mode may come from there alone.
 */
export function connectionOf(config: ObjectValue, engine: EngineName, env: Connection["env"]): Connection {
  const block = mapOf(config, engine) ?? {};
  const overrides: Record<string, string> = {};
  for (const attribute of PASSED_BY_ENVIRONMENT) {
    const value = textOf(block, attribute);
    if (value !== null) overrides[variableOf(engine, attribute)] = value;
  }
  return { declaration: declarationOf(block, engine), env: { ...env, ...overrides } };
}

function declarationOf(block: ObjectValue, engine: EngineName): ConnectionDeclaration {
  const host = textOf(block, "host");
  const port = numberOf(block, "port");
  const user = textOf(block, "user");
  const database = textOf(block, "database");
  const connectTimeoutSeconds = numberOf(block, "connect_timeout_seconds");
  const statementTimeoutSeconds = numberOf(block, "statement_timeout_seconds");
  return {
    ...(host === null ? {} : { host }),
    ...(port === null ? {} : { port }),
    ...(user === null ? {} : { user }),
    ...(textOf(block, "password") === null ? {} : { password: { env: variableOf(engine, "password") } }),
    ...(database === null ? {} : { database }),
    ...(connectTimeoutSeconds === null ? {} : { connectTimeoutSeconds }),
    ...(statementTimeoutSeconds === null ? {} : { statementTimeoutSeconds }),
  };
}

const PASSED_BY_ENVIRONMENT = ["password", "tls_mode", "tls_ca_file", "tls_cert_file", "tls_key_file"] as const;

function variableOf(engine: EngineName, attribute: string): string {
  return `TOPOFORM_${engine}_${attribute}`.toUpperCase();
}

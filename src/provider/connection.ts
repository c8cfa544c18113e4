import type { NestedAttributes, ObjectValue } from "../plugin";
import type { ConnectionDeclaration } from "../topology/manifest";
import { mapOf, numberOf, textOf } from "./values";

/** The provider block's `greptimedb` object. Every absent value is read from the environment by the engine. */
export const CONNECTION_ATTRIBUTES: NestedAttributes["attributes"] = {
  host: { type: "string", optional: true, description: "Host name or address of a frontend. Environment: `TOPOFORM_GREPTIMEDB_HOST`; default `127.0.0.1`." },
  port: { type: "number", optional: true, description: "MySQL port of the frontend. Environment: `TOPOFORM_GREPTIMEDB_PORT`; default 4002." },
  user: { type: "string", optional: true, description: "User name. Environment: `TOPOFORM_GREPTIMEDB_USER`; default none." },
  password: { type: "string", optional: true, sensitive: true, description: "Password. Prefer the environment: `TOPOFORM_GREPTIMEDB_PASSWORD`. It is never written to state, plans or logs." },
  database: { type: "string", optional: true, description: "Database that the connection opens. Environment: `TOPOFORM_GREPTIMEDB_DATABASE`; default `public`." },
  tls_mode: { type: "string", optional: true, description: "`disable`, `require` (encrypted, not verified), `verify-ca` or `verify-full`. Environment: `TOPOFORM_GREPTIMEDB_TLS_MODE`; default `disable`." },
  tls_ca_file: { type: "string", optional: true, description: "PEM file of the authorities to trust. Environment: `TOPOFORM_GREPTIMEDB_TLS_CA_FILE`; default: the system's." },
  tls_cert_file: { type: "string", optional: true, description: "PEM file of the client's certificate. Environment: `TOPOFORM_GREPTIMEDB_TLS_CERT_FILE`." },
  tls_key_file: { type: "string", optional: true, description: "PEM file of the client's key. Environment: `TOPOFORM_GREPTIMEDB_TLS_KEY_FILE`." },
  connect_timeout_seconds: { type: "number", optional: true, description: "Environment: `TOPOFORM_GREPTIMEDB_CONNECT_TIMEOUT_SECONDS`; default 10." },
  statement_timeout_seconds: { type: "number", optional: true, description: "Environment: `TOPOFORM_GREPTIMEDB_STATEMENT_TIMEOUT_SECONDS`; default 60." },
};

const PASSWORD_VARIABLE = "TOPOFORM_GREPTIMEDB_PASSWORD";

/** How to reach the cluster, and the environment in which that is to be understood. */
export interface Connection {
  readonly declaration: ConnectionDeclaration;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The connection that a wholly known provider block declares. The password, and what belongs to TLS, is passed on as the
 * environment variable it stands for: a declaration cannot hold a secret, and a TLS mode may come from there alone.
 */
export function connectionOf(config: ObjectValue, env: Connection["env"]): Connection {
  const block = mapOf(config, "greptimedb") ?? {};
  const overrides: Record<string, string> = {};
  for (const [attribute, variable] of ENVIRONMENT_OVERRIDES) {
    const value = textOf(block, attribute);
    if (value !== null) overrides[variable] = value;
  }
  return { declaration: declarationOf(block), env: { ...env, ...overrides } };
}

function declarationOf(block: ObjectValue): ConnectionDeclaration {
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
    ...(textOf(block, "password") === null ? {} : { password: { env: PASSWORD_VARIABLE } }),
    ...(database === null ? {} : { database }),
    ...(connectTimeoutSeconds === null ? {} : { connectTimeoutSeconds }),
    ...(statementTimeoutSeconds === null ? {} : { statementTimeoutSeconds }),
  };
}

const ENVIRONMENT_OVERRIDES: readonly (readonly [attribute: string, variable: string])[] = [
  ["password", PASSWORD_VARIABLE],
  ["tls_mode", "TOPOFORM_GREPTIMEDB_TLS_MODE"],
  ["tls_ca_file", "TOPOFORM_GREPTIMEDB_TLS_CA_FILE"],
  ["tls_cert_file", "TOPOFORM_GREPTIMEDB_TLS_CERT_FILE"],
  ["tls_key_file", "TOPOFORM_GREPTIMEDB_TLS_KEY_FILE"],
];

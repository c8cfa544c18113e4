import { TerraformStack, TerraformVariable, Token } from "cdktf";
import type { Construct } from "constructs";

import type { ConnectionDeclaration, TlsMode } from "../topology/connection";
import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import { TopoformProvider, type TopoformProviderConfig, type TopoformProviderGreptimedb } from "./bindings/provider";
import { known } from "./unresolved";

/**
 * How to reach a cluster. What is left out is read from the environment variable of its engine when Terraform runs
 * (`TOPOFORM_GREPTIMEDB_…`, `TOPOFORM_KWDB_…`), then its default is taken.
 */
export interface ConnectionProps {
  /** @default - `…_HOST`, then 127.0.0.1 */
  readonly host?: string;
  /** @default - `…_PORT`, then the engine's usual port */
  readonly port?: number;
  /** @default - `…_USER`, then the engine's usual user */
  readonly user?: string;
  /** A sensitive Terraform variable, or a token of another resource; never the password itself. @default - `…_PASSWORD`, then none */
  readonly password?: TerraformVariable | string;
  /** Database to connect to. @default - `…_DATABASE`, then the engine's usual database */
  readonly database?: string;
  /** `verify-full` checks certificate and host name. @default - `…_TLS_MODE`, then disable */
  readonly tlsMode?: TlsMode;
  /** PEM file of the authorities to trust. @default - `…_TLS_CA_FILE`, then the system's */
  readonly tlsCaFile?: string;
  /** PEM file of the client's certificate. @default - `…_TLS_CERT_FILE`, then none */
  readonly tlsCertFile?: string;
  /** PEM file of the client's key. @default - `…_TLS_KEY_FILE`, then none */
  readonly tlsKeyFile?: string;
  /** @default - `…_CONNECT_TIMEOUT_SECONDS`, then 10 */
  readonly connectTimeoutSeconds?: number;
  /** @default - `…_STATEMENT_TIMEOUT_SECONDS`, then 60 */
  readonly statementTimeoutSeconds?: number;
  /** Directory for the provider's journals and locks. @default - the provider's own choice */
  readonly stateDirectory?: string;
}

/** The blocks of the provider's configuration: one for each engine. */
type Engine = "greptimedb" | "kwdb";

/** The provider configuration that reaches one cluster; the second and later ones of a stack get an alias. `more`: the engine's own arguments. */
export function clusterProvider(
  cluster: Construct,
  engine: Engine,
  props: ConnectionProps,
  more: Partial<TopoformProviderGreptimedb> = {},
): TopoformProvider {
  const needsAlias = hasDefaultProvider(TerraformStack.of(cluster));
  const config: TopoformProviderConfig = {
    [engine]: { ...connectionArguments(props), ...more },
    stateDirectory: props.stateDirectory,
  };
  const provider = new TopoformProvider(cluster, "Default", config);
  if (needsAlias) provider.alias = provider.friendlyUniqueId;
  return provider;
}

function hasDefaultProvider(stack: TerraformStack): boolean {
  return stack.node.findAll().some((child) => child instanceof TopoformProvider && child.alias === undefined);
}

function connectionArguments(props: ConnectionProps): NonNullable<TopoformProviderConfig[Engine]> {
  const { host, port, user, database, connectTimeoutSeconds, statementTimeoutSeconds } = props;
  const { tlsMode, tlsCaFile, tlsCertFile, tlsKeyFile } = props;
  const password = props.password instanceof TerraformVariable ? props.password.stringValue : props.password;
  return {
    ...{ host, port, user, password, database, connectTimeoutSeconds, statementTimeoutSeconds },
    ...{ tlsMode, tlsCaFile, tlsCertFile, tlsKeyFile },
  };
}

/** For the command line: what only Terraform knows is left to the environment, a variable to `TF_VAR_…` as Terraform reads it. */
export function connectionDeclaration(props: ConnectionProps): ConnectionDeclaration {
  const { host, port, user, database, connectTimeoutSeconds, statementTimeoutSeconds } = props;
  const { tlsMode, tlsCaFile, tlsCertFile, tlsKeyFile } = props;
  const tls = known({ mode: tlsMode, caFile: tlsCaFile, certFile: tlsCertFile, keyFile: tlsKeyFile });
  return {
    ...known({ host, port, user, database, connectTimeoutSeconds, statementTimeoutSeconds }),
    ...(props.password instanceof TerraformVariable
      ? { password: { env: `TF_VAR_${props.password.friendlyUniqueId}` } }
      : {}),
    ...(tls.mode === undefined ? {} : { tls: { ...tls, mode: tls.mode } }),
  };
}

/** What would bring the password into files or logs. */
export function passwordProblems(engine: Engine, { password }: ConnectionProps): readonly Diagnostic[] {
  const variable = `TOPOFORM_${engine.toUpperCase()}_PASSWORD`;
  const advice = `Leave it out and set ${variable} when Terraform runs, or pass a TerraformVariable with sensitive: true.`;
  if (typeof password === "string" && !Token.isUnresolved(password)) {
    const detail = `The text of the password would be written into cdk.tf.json. ${advice}`;
    const summary = "The password stands in the code";
    return [errorDiagnostic({ code: "PASSWORD_IN_CODE", summary, detail, path: ["password"] })];
  }
  if (password instanceof TerraformVariable && password.sensitive !== true) {
    const detail = `The variable "${password.node.id}" is not sensitive, so Terraform would print its value. ${advice}`;
    const summary = "The password's variable is not sensitive";
    return [errorDiagnostic({ code: "PASSWORD_NOT_SENSITIVE", summary, detail, path: ["password"] })];
  }
  return [];
}

import { TerraformStack, TerraformVariable, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";

import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { GreptimeClusterDeclaration, ConnectionDeclaration, TlsDeclaration } from "../topology/manifest";
import type { VerifyRows } from "../topology/run-declaration";
import { TopoformProvider, type TopoformProviderGreptimedb } from "./bindings/provider";
import { ClusterTopology } from "./cluster-topology";
import { toDatanodeId, type DatanodeNumber } from "./datanode-number";
import type { Datanodes } from "./datanodes";
import { storageDeclaration, type ISharedStorage } from "./shared-storage";
import { StackFiles } from "./stack-files";
import { isUnresolved } from "./unresolved";

/** A GreptimeDB cluster that tables and placements are declared on. */
export interface IGreptimeCluster extends IConstruct {
  /** The provider configuration that reaches the cluster. */
  readonly provider: TopoformProvider;
  /** Undefined: whatever datanodes the cluster has. */
  readonly datanodes?: Datanodes | undefined;
  /** Undefined: no region may be moved. */
  readonly sharedStorage?: ISharedStorage | undefined;
  /** What the program declares on the cluster. */
  readonly topology: ClusterTopology;
}

export interface GreptimeClusterProps {
  /** Host of the frontend. @default - TOPOFORM_GREPTIMEDB_HOST, then 127.0.0.1 */
  readonly host?: string;
  /** MySQL port of the frontend. @default - TOPOFORM_GREPTIMEDB_PORT, then 4002 */
  readonly port?: number;
  /** @default - TOPOFORM_GREPTIMEDB_USER, then none */
  readonly user?: string;
  /** A sensitive Terraform variable, or a token of another resource; never the password itself. @default - TOPOFORM_GREPTIMEDB_PASSWORD, read when Terraform runs */
  readonly password?: TerraformVariable | string;
  /** Database to connect to. @default - TOPOFORM_GREPTIMEDB_DATABASE, then public */
  readonly database?: string;
  /** `verify-full` checks certificate and host name. @default - TOPOFORM_GREPTIMEDB_TLS_MODE, then disable */
  readonly tlsMode?: TlsDeclaration["mode"];
  /** PEM file of the authorities to trust. @default - the system's */
  readonly tlsCaFile?: string;
  /** PEM file of the client's certificate. @default - none */
  readonly tlsCertFile?: string;
  /** PEM file of the client's key. @default - none */
  readonly tlsKeyFile?: string;
  /** @default 10 */
  readonly connectTimeoutSeconds?: number;
  /** @default 60 */
  readonly statementTimeoutSeconds?: number;
  /** Directory for the provider's journals and locks. @default - the provider's own choice */
  readonly stateDirectory?: string;
  /** How the rows of each touched table are compared before and after an apply. @default exact */
  readonly verifyRows?: VerifyRows;
  /** With `exact`: tables with more rows, by the server's statistics, are compared by statistics. @default 10000000 */
  readonly verifyRowsLimit?: number;
  /** Compares checksums of each touched table too. @default false */
  readonly verifyChecksums?: boolean;
  /** Seconds that a move waits for a silent datanode, or for somebody else's migration, before it is given up. @default 60 */
  readonly waitSeconds?: number;
  /** The datanodes that may hold regions. @default - whatever the cluster has; then nothing checks datanode numbers at synth */
  readonly datanodes?: Datanodes;
  /** What all datanodes share. @default - none; then no table may be placed: region migration needs it */
  readonly sharedStorage?: ISharedStorage;
}

/** What is still declared of a cluster that the environment names. */
export type EnvironmentClusterProps = Pick<
  GreptimeClusterProps,
  "datanodes" | "sharedStorage" | "stateDirectory" | "verifyRows" | "verifyRowsLimit" | "verifyChecksums" | "waitSeconds"
>;

/**
 * A GreptimeDB cluster: how to reach it, its datanodes and the storage that they share.
 *
 * Nothing is created: the cluster exists. In Terraform it becomes one configuration of the provider `topoform`; the second
 * and later ones of a stack get an alias. Two clusters that both leave a value to the environment get the same one.
 *
 * @example
 * const cluster = new GreptimeCluster(this, "metrics", {
 *   host: "greptimedb.internal",
 *   datanodes: Datanodes.count(3),
 *   sharedStorage: SharedStorage.s3({ bucket: "metrics", root: "greptimedb" }),
 * });
 */
export class GreptimeCluster extends Construct implements IGreptimeCluster {
  /** A cluster that the `TOPOFORM_GREPTIMEDB_*` variables name when Terraform runs. */
  static fromEnvironment(scope: Construct, id: string, props: EnvironmentClusterProps = {}): GreptimeCluster {
    return new GreptimeCluster(scope, id, props);
  }

  readonly provider: TopoformProvider;
  readonly datanodes: Datanodes | undefined;
  readonly sharedStorage: ISharedStorage | undefined;
  readonly topology: ClusterTopology;

  constructor(scope: Construct, id: string, props: GreptimeClusterProps = {}) {
    super(scope, id);
    this.datanodes = props.datanodes;
    this.sharedStorage = props.sharedStorage;
    const needsAlias = hasDefaultProvider(TerraformStack.of(this));
    this.provider = new TopoformProvider(this, "Default", {
      greptimedb: { ...providerConnection(props), ...runProps(props) },
      stateDirectory: props.stateDirectory,
    });
    if (needsAlias) this.provider.alias = this.provider.friendlyUniqueId;
    this.topology = new ClusterTopology({
      construct: this,
      declaration: this.declaration(props),
      problems: () => passwordProblems(props),
    });
    this.node.addValidation({ validate: () => this.topology.errorsOf(this) });
    StackFiles.of(this).addCluster(this.topology);
  }

  /**
   * Empties datanodes: no table that has a placement keeps a region there, neither those declared before nor after. The datanodes
   * stay declared until they are empty and can be taken away.
   *
   * @example
   * cluster.drain(17);
   */
  drain(...datanodes: readonly DatanodeNumber[]): void {
    this.topology.drain(datanodes.map(toDatanodeId));
  }

  private declaration(props: GreptimeClusterProps): Omit<GreptimeClusterDeclaration, "tables" | "placements"> {
    const run = known(runProps(props));
    return {
      engine: "greptimedb",
      name: this.node.path,
      connection: manifestConnection(props),
      ...(props.datanodes === undefined ? {} : { datanodes: props.datanodes.declarations }),
      ...(props.sharedStorage === undefined ? {} : { sharedStorage: storageDeclaration(props.sharedStorage) }),
      ...(Object.keys(run).length === 0 ? {} : { run }),
    };
  }
}

function hasDefaultProvider(stack: TerraformStack): boolean {
  return stack.node.findAll().some((child) => child instanceof TopoformProvider && child.alias === undefined);
}

function providerConnection(props: GreptimeClusterProps): TopoformProviderGreptimedb {
  const {
    host,
    port,
    user,
    database,
    tlsMode,
    tlsCaFile,
    tlsCertFile,
    tlsKeyFile,
    connectTimeoutSeconds,
    statementTimeoutSeconds,
  } = props;
  const password = props.password instanceof TerraformVariable ? props.password.stringValue : props.password;
  return {
    host,
    port,
    user,
    password,
    database,
    tlsMode,
    tlsCaFile,
    tlsCertFile,
    tlsKeyFile,
    connectTimeoutSeconds,
    statementTimeoutSeconds,
  };
}

/** For the command line: what only Terraform knows is left to the environment, a variable to `TF_VAR_…` as Terraform reads it. */
function manifestConnection(props: GreptimeClusterProps): ConnectionDeclaration {
  const {
    host,
    port,
    user,
    database,
    connectTimeoutSeconds,
    statementTimeoutSeconds,
    tlsMode,
    tlsCaFile,
    tlsCertFile,
    tlsKeyFile,
  } = props;
  const tls = known({ mode: tlsMode, caFile: tlsCaFile, certFile: tlsCertFile, keyFile: tlsKeyFile });
  return {
    ...known({ host, port, user, database, connectTimeoutSeconds, statementTimeoutSeconds }),
    ...(props.password instanceof TerraformVariable
      ? { password: { env: `TF_VAR_${props.password.friendlyUniqueId}` } }
      : {}),
    ...(tls.mode === undefined ? {} : { tls: { ...tls, mode: tls.mode } }),
  };
}

function runProps({ verifyRows, verifyRowsLimit, verifyChecksums, waitSeconds }: GreptimeClusterProps) {
  return { verifyRows, verifyRowsLimit, verifyChecksums, waitSeconds };
}

type Known<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function known<T extends object>(values: T): Known<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && !isUnresolved(value)),
  ) as Known<T>;
}

function passwordProblems({ password }: GreptimeClusterProps): readonly Diagnostic[] {
  const advice =
    "Leave it out and set TOPOFORM_GREPTIMEDB_PASSWORD when Terraform runs, or pass a TerraformVariable with sensitive: true.";
  if (typeof password === "string" && !Token.isUnresolved(password)) {
    const detail = `The text of the password would be written into cdk.tf.json. ${advice}`;
    return [
      errorDiagnostic({
        code: "PASSWORD_IN_CODE",
        summary: "The password stands in the code",
        detail,
        path: ["password"],
      }),
    ];
  }
  if (password instanceof TerraformVariable && password.sensitive !== true) {
    const detail = `The variable "${password.node.id}" is not sensitive, so Terraform would print its value. ${advice}`;
    return [
      errorDiagnostic({
        code: "PASSWORD_NOT_SENSITIVE",
        summary: "The password's variable is not sensitive",
        detail,
        path: ["password"],
      }),
    ];
  }
  return [];
}

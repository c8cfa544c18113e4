// Generated from the provider's schema by `npm run bindings`; do not edit.
/* eslint-disable */
// @ts-nocheck The generator knows nothing of exactOptionalPropertyTypes and noImplicitOverride.

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface TopoformProviderConfig {
  /**
  * How to reach the GreptimeDB cluster, and how applies to it are verified. How to reach it is read from environment variables where it is left out.
  */
  readonly greptimedb?: TopoformProviderGreptimedb | undefined;
  /**
  * How to reach the KWDB cluster. Everything that is left out is read from its environment variable, or from the URL in `TOPOFORM_KWDB_URL`.
  */
  readonly kwdb?: TopoformProviderKwdb | undefined;
  /**
  * Where journals, locks and what was found before the first change are kept on this machine. Environment: `TOPOFORM_STATE_DIR`; default `~/.local/state/topoform`.
  */
  readonly stateDirectory?: string | undefined;
  /**
  * Alias name
  */
  readonly alias?: string | undefined;
}
export interface TopoformProviderGreptimedb {
  /**
  * Environment: `TOPOFORM_GREPTIMEDB_CONNECT_TIMEOUT_SECONDS`; default 10.
  */
  readonly connectTimeoutSeconds?: number | undefined;
  /**
  * Database that the connection opens. Environment: `TOPOFORM_GREPTIMEDB_DATABASE`; default `public`.
  */
  readonly database?: string | undefined;
  /**
  * Host name or address of a frontend. Environment: `TOPOFORM_GREPTIMEDB_HOST`; default `127.0.0.1`.
  */
  readonly host?: string | undefined;
  /**
  * Password. Prefer the environment: `TOPOFORM_GREPTIMEDB_PASSWORD`. It is never written to state, plans or logs.
  */
  readonly password?: string | undefined;
  /**
  * MySQL port of the frontend. Environment: `TOPOFORM_GREPTIMEDB_PORT`; default 4002.
  */
  readonly port?: number | undefined;
  /**
  * Environment: `TOPOFORM_GREPTIMEDB_STATEMENT_TIMEOUT_SECONDS`; default 60.
  */
  readonly statementTimeoutSeconds?: number | undefined;
  /**
  * PEM file of the authorities to trust. Environment: `TOPOFORM_GREPTIMEDB_TLS_CA_FILE`; default: the system's.
  */
  readonly tlsCaFile?: string | undefined;
  /**
  * PEM file of the client's certificate. Environment: `TOPOFORM_GREPTIMEDB_TLS_CERT_FILE`.
  */
  readonly tlsCertFile?: string | undefined;
  /**
  * PEM file of the client's key. Environment: `TOPOFORM_GREPTIMEDB_TLS_KEY_FILE`.
  */
  readonly tlsKeyFile?: string | undefined;
  /**
  * `disable`, `require` (encrypted, not verified), `verify-ca` or `verify-full`. Environment: `TOPOFORM_GREPTIMEDB_TLS_MODE`; default `disable`.
  */
  readonly tlsMode?: string | undefined;
  /**
  * User name. Environment: `TOPOFORM_GREPTIMEDB_USER`; default none.
  */
  readonly user?: string | undefined;
  /**
  * Compare checksums of each touched table too: count, minimum, maximum and sum of every column. Default false.
  */
  readonly verifyChecksums?: boolean | cdktf.IResolvable | undefined;
  /**
  * How rows of each touched table are compared before and after: `exact` (counted), `statistics` or `off`. Default `exact`.
  */
  readonly verifyRows?: string | undefined;
  /**
  * With `exact`: tables with more rows, by the server's statistics, are compared by statistics. Default 10000000.
  */
  readonly verifyRowsLimit?: number | undefined;
  /**
  * How long a move waits for a silent datanode, or for somebody else's migration, before it is given up. Default 60.
  */
  readonly waitSeconds?: number | undefined;
}

export function topoformProviderGreptimedbToTerraform(struct?: TopoformProviderGreptimedb | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    connect_timeout_seconds: cdktf.numberToTerraform(struct!.connectTimeoutSeconds),
    database: cdktf.stringToTerraform(struct!.database),
    host: cdktf.stringToTerraform(struct!.host),
    password: cdktf.stringToTerraform(struct!.password),
    port: cdktf.numberToTerraform(struct!.port),
    statement_timeout_seconds: cdktf.numberToTerraform(struct!.statementTimeoutSeconds),
    tls_ca_file: cdktf.stringToTerraform(struct!.tlsCaFile),
    tls_cert_file: cdktf.stringToTerraform(struct!.tlsCertFile),
    tls_key_file: cdktf.stringToTerraform(struct!.tlsKeyFile),
    tls_mode: cdktf.stringToTerraform(struct!.tlsMode),
    user: cdktf.stringToTerraform(struct!.user),
    verify_checksums: cdktf.booleanToTerraform(struct!.verifyChecksums),
    verify_rows: cdktf.stringToTerraform(struct!.verifyRows),
    verify_rows_limit: cdktf.numberToTerraform(struct!.verifyRowsLimit),
    wait_seconds: cdktf.numberToTerraform(struct!.waitSeconds),
  }
}

export function topoformProviderGreptimedbToHclTerraform(struct?: TopoformProviderGreptimedb | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    connect_timeout_seconds: {
      value: cdktf.numberToHclTerraform(struct!.connectTimeoutSeconds),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    database: {
      value: cdktf.stringToHclTerraform(struct!.database),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    host: {
      value: cdktf.stringToHclTerraform(struct!.host),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    password: {
      value: cdktf.stringToHclTerraform(struct!.password),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    port: {
      value: cdktf.numberToHclTerraform(struct!.port),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    statement_timeout_seconds: {
      value: cdktf.numberToHclTerraform(struct!.statementTimeoutSeconds),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    tls_ca_file: {
      value: cdktf.stringToHclTerraform(struct!.tlsCaFile),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    tls_cert_file: {
      value: cdktf.stringToHclTerraform(struct!.tlsCertFile),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    tls_key_file: {
      value: cdktf.stringToHclTerraform(struct!.tlsKeyFile),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    tls_mode: {
      value: cdktf.stringToHclTerraform(struct!.tlsMode),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    user: {
      value: cdktf.stringToHclTerraform(struct!.user),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    verify_checksums: {
      value: cdktf.booleanToHclTerraform(struct!.verifyChecksums),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    verify_rows: {
      value: cdktf.stringToHclTerraform(struct!.verifyRows),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    verify_rows_limit: {
      value: cdktf.numberToHclTerraform(struct!.verifyRowsLimit),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    wait_seconds: {
      value: cdktf.numberToHclTerraform(struct!.waitSeconds),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export interface TopoformProviderKwdb {
  /**
  * Environment: `TOPOFORM_KWDB_CONNECT_TIMEOUT_SECONDS`; default 10.
  */
  readonly connectTimeoutSeconds?: number | undefined;
  /**
  * Database of the session; targets name their own. Environment: `TOPOFORM_KWDB_DATABASE`; default `defaultdb`.
  */
  readonly database?: string | undefined;
  /**
  * Host name or address of a node; several by commas (`kw1,kw2:26258`), tried in order. Environment: `TOPOFORM_KWDB_HOST`; default `127.0.0.1`.
  */
  readonly host?: string | undefined;
  /**
  * Password. Prefer the environment: `TOPOFORM_KWDB_PASSWORD`. It is never written to state, plans or logs.
  */
  readonly password?: string | undefined;
  /**
  * SQL port of the node. Environment: `TOPOFORM_KWDB_PORT`; default 26257.
  */
  readonly port?: number | undefined;
  /**
  * Environment: `TOPOFORM_KWDB_STATEMENT_TIMEOUT_SECONDS`; default 60.
  */
  readonly statementTimeoutSeconds?: number | undefined;
  /**
  * PEM file of the authorities to trust. Environment: `TOPOFORM_KWDB_TLS_CA_FILE`; default: the system's.
  */
  readonly tlsCaFile?: string | undefined;
  /**
  * PEM file of the client's certificate. Environment: `TOPOFORM_KWDB_TLS_CERT_FILE`.
  */
  readonly tlsCertFile?: string | undefined;
  /**
  * PEM file of the client's key. Environment: `TOPOFORM_KWDB_TLS_KEY_FILE`.
  */
  readonly tlsKeyFile?: string | undefined;
  /**
  * `disable`, `require` (encrypted, not verified), `verify-ca` or `verify-full`. Environment: `TOPOFORM_KWDB_TLS_MODE`; default `disable`.
  */
  readonly tlsMode?: string | undefined;
  /**
  * User name. Environment: `TOPOFORM_KWDB_USER`; default `root`.
  */
  readonly user?: string | undefined;
}

export function topoformProviderKwdbToTerraform(struct?: TopoformProviderKwdb | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    connect_timeout_seconds: cdktf.numberToTerraform(struct!.connectTimeoutSeconds),
    database: cdktf.stringToTerraform(struct!.database),
    host: cdktf.stringToTerraform(struct!.host),
    password: cdktf.stringToTerraform(struct!.password),
    port: cdktf.numberToTerraform(struct!.port),
    statement_timeout_seconds: cdktf.numberToTerraform(struct!.statementTimeoutSeconds),
    tls_ca_file: cdktf.stringToTerraform(struct!.tlsCaFile),
    tls_cert_file: cdktf.stringToTerraform(struct!.tlsCertFile),
    tls_key_file: cdktf.stringToTerraform(struct!.tlsKeyFile),
    tls_mode: cdktf.stringToTerraform(struct!.tlsMode),
    user: cdktf.stringToTerraform(struct!.user),
  }
}

export function topoformProviderKwdbToHclTerraform(struct?: TopoformProviderKwdb | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    connect_timeout_seconds: {
      value: cdktf.numberToHclTerraform(struct!.connectTimeoutSeconds),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    database: {
      value: cdktf.stringToHclTerraform(struct!.database),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    host: {
      value: cdktf.stringToHclTerraform(struct!.host),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    password: {
      value: cdktf.stringToHclTerraform(struct!.password),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    port: {
      value: cdktf.numberToHclTerraform(struct!.port),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    statement_timeout_seconds: {
      value: cdktf.numberToHclTerraform(struct!.statementTimeoutSeconds),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    tls_ca_file: {
      value: cdktf.stringToHclTerraform(struct!.tlsCaFile),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    tls_cert_file: {
      value: cdktf.stringToHclTerraform(struct!.tlsCertFile),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    tls_key_file: {
      value: cdktf.stringToHclTerraform(struct!.tlsKeyFile),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    tls_mode: {
      value: cdktf.stringToHclTerraform(struct!.tlsMode),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    user: {
      value: cdktf.stringToHclTerraform(struct!.user),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

/**
* Represents a topoform
*/
export class TopoformProvider extends cdktf.TerraformProvider {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "topoform";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a TopoformProvider resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the TopoformProvider to import
  * @param importFromId The id of the existing TopoformProvider that should be imported. Refer to the import section in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the TopoformProvider to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "topoform", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new topoform Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options TopoformProviderConfig = {}
  */
  public constructor(scope: Construct, id: string, config: TopoformProviderConfig = {}) {
    super(scope, id, {
      terraformResourceType: 'topoform',
      terraformGeneratorMetadata: {
        providerName: 'topoform',
      },
      terraformProviderSource: 'topoform/topoform'
    });
    this._greptimedb = config.greptimedb;
    this._kwdb = config.kwdb;
    this._stateDirectory = config.stateDirectory;
    this._alias = config.alias;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // greptimedb - computed: false, optional: true, required: false
  private _greptimedb?: TopoformProviderGreptimedb;
  public get greptimedb() {
    return this._greptimedb;
  }
  public set greptimedb(value: TopoformProviderGreptimedb | undefined) {
    this._greptimedb = value;
  }
  public resetGreptimedb() {
    this._greptimedb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get greptimedbInput() {
    return this._greptimedb;
  }

  // kwdb - computed: false, optional: true, required: false
  private _kwdb?: TopoformProviderKwdb;
  public get kwdb() {
    return this._kwdb;
  }
  public set kwdb(value: TopoformProviderKwdb | undefined) {
    this._kwdb = value;
  }
  public resetKwdb() {
    this._kwdb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get kwdbInput() {
    return this._kwdb;
  }

  // state_directory - computed: false, optional: true, required: false
  private _stateDirectory?: string;
  public get stateDirectory() {
    return this._stateDirectory;
  }
  public set stateDirectory(value: string | undefined) {
    this._stateDirectory = value;
  }
  public resetStateDirectory() {
    this._stateDirectory = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get stateDirectoryInput() {
    return this._stateDirectory;
  }

  // alias - computed: false, optional: true, required: false
  private _alias?: string;
  public get alias() {
    return this._alias;
  }
  public set alias(value: string | undefined) {
    this._alias = value;
  }
  public resetAlias() {
    this._alias = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get aliasInput() {
    return this._alias;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      greptimedb: topoformProviderGreptimedbToTerraform(this._greptimedb),
      kwdb: topoformProviderKwdbToTerraform(this._kwdb),
      state_directory: cdktf.stringToTerraform(this._stateDirectory),
      alias: cdktf.stringToTerraform(this._alias),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      greptimedb: {
        value: topoformProviderGreptimedbToTerraform(this._greptimedb),
        isBlock: false,
        type: "any",
        storageClassType: "any",
      },
      kwdb: {
        value: topoformProviderKwdbToTerraform(this._kwdb),
        isBlock: false,
        type: "any",
        storageClassType: "any",
      },
      state_directory: {
        value: cdktf.stringToHclTerraform(this._stateDirectory),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      alias: {
        value: cdktf.stringToHclTerraform(this._alias),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}

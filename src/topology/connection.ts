/** A setting that is written down, or taken from an environment variable when it is used. Secrets must be the latter. */
export type Setting<T extends string | number> = T | { readonly env: string };

/**
 * How to reach a cluster. Every absent value is read from its environment variable, then its default:
 *
 * | | GreptimeDB: `TOPOFORM_GREPTIMEDB_` | KWDB: `TOPOFORM_KWDB_` |
 * |---|---|---|
 * | host | `HOST`, 127.0.0.1 | `HOST`, 127.0.0.1; several nodes by commas (`kw1,kw2:26258`), tried in order |
 * | port | `PORT`, 4002 | `PORT`, 26257 |
 * | user | `USER`, none | `USER`, root |
 * | password | `PASSWORD`, none | `PASSWORD`, none |
 * | database | `DATABASE`, public | `DATABASE`, defaultdb; only the session's: targets name their own |
 * | tls | `TLS_MODE`, `TLS_CA_FILE`, … | the same |
 */
export interface ConnectionDeclaration {
  readonly host?: Setting<string>;
  readonly port?: Setting<number>;
  readonly user?: Setting<string>;
  /** Only as a reference to an environment variable. */
  readonly password?: { readonly env: string };
  readonly database?: Setting<string>;
  readonly tls?: TlsDeclaration;
  /** `…CONNECT_TIMEOUT_SECONDS`, default 10 */
  readonly connectTimeoutSeconds?: number;
  /** `…STATEMENT_TIMEOUT_SECONDS`, default 60. A KWDB cluster without quorum never answers by itself. */
  readonly statementTimeoutSeconds?: number;
}

export interface TlsDeclaration {
  /**
   * `disable` (default): no TLS. `verify-full`: TLS, certificate and host name verified. `verify-ca`: not the host name.
   * `require`: encrypted but not verified; only on explicit wish. `…TLS_MODE`
   */
  readonly mode: TlsMode;
  /** PEM file of the authorities to trust; absent: the system's. `…TLS_CA_FILE` */
  readonly caFile?: string;
  /** PEM file of the client's certificate. `…TLS_CERT_FILE` */
  readonly certFile?: string;
  /** PEM file of the client's key. `…TLS_KEY_FILE` */
  readonly keyFile?: string;
}

export const TLS_MODES = ["disable", "require", "verify-ca", "verify-full"] as const;
export type TlsMode = (typeof TLS_MODES)[number];

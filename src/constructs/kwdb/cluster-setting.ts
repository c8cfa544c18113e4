import { Token, type IResolvable } from "cdktf";
import { Construct } from "constructs";

import { formatByteSize } from "../../topology/kwdb/byte-size";
import { KwdbClusterSetting } from "../bindings/kwdb-cluster-setting";
import { templateText } from "../template-text";
import { isUnresolved } from "../unresolved";
import type { Bytes } from "./bytes";
import type { IKwdbCluster } from "./kwdb-cluster";

export interface ClusterSettingProps {
  readonly cluster: IKwdbCluster;
  /** As `SHOW ALL CLUSTER SETTINGS` spells it: `kv.allocator.ts_consider_rebalance.enabled`. */
  readonly name: string;
  /** As `SET CLUSTER SETTING` takes it: `true`, `1`, `Bytes.mebibytes(8)`, `"1m30s"`, `"leases"`. */
  readonly value: string | number | boolean | Bytes | IResolvable;
}

/**
 * One cluster setting. Becomes a `topoform_kwdb_cluster_setting`: a deployment waits until the value is in effect; destroying
 * gives back what was found. Settings are applied before the zones of the cluster.
 *
 * @example
 * new ClusterSetting(this, "no-balancing", { cluster, name: "kv.allocator.ts_consider_rebalance.enabled", value: false });
 */
export class ClusterSetting extends Construct {
  private readonly clusterSetting: KwdbClusterSetting;

  constructor(scope: Construct, id: string, { cluster, name, value }: ClusterSettingProps) {
    super(scope, id);
    const declaration = { name: isUnresolved(name) ? name : name.toLowerCase(), value: valueText(value) };
    this.clusterSetting = new KwdbClusterSetting(this, "Default", {
      provider: cluster.provider,
      name: declaration.name,
      value: templateText(declaration.value),
    });
    cluster.topology.addSetting({ construct: this, declaration, resource: this.clusterSetting });
  }

  /** The setting's name, known after apply. */
  get id(): string {
    return this.clusterSetting.id;
  }
}

function valueText(value: ClusterSettingProps["value"]): string {
  if (isUnresolved(value)) return Token.asString(value);
  return typeof value === "bigint" ? formatByteSize(value) : String(value);
}

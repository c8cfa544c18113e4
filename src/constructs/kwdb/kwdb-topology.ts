import { dependable, Lazy, type TerraformResource } from "cdktf";

import type { Diagnostic } from "../../topology/diagnostic";
import type {
  ClusterSettingDeclaration,
  KwdbClusterDeclaration,
  RebalanceDeclaration,
  ZoneConfigDeclaration,
} from "../../topology/kwdb/cluster";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { validateKwdbCluster } from "../../topology/kwdb/validate-kwdb-cluster";
import { validateZone } from "../../topology/kwdb/validate-zone";
import type { ValidateOptions } from "../../topology/validation";
import { ClusterTopology, declarationsOf, type Declared, type Entry } from "../cluster-topology";
import { containsUnresolved, isUnresolved } from "../unresolved";
import { applyOrder } from "./apply-order";

/** A declaration, and the resource that it becomes. */
export interface DeclaredResource<T> extends Declared<T> {
  readonly resource: TerraformResource;
}

/** What a program declares on a KWDB cluster, by the list that holds it. */
export type KwdbEntry =
  | (Entry<"zones", ZoneConfigDeclaration> & DeclaredResource<ZoneConfigDeclaration>)
  | (Entry<"settings", ClusterSettingDeclaration> & DeclaredResource<ClusterSettingDeclaration>)
  | (Entry<"rebalances", RebalanceDeclaration> & DeclaredResource<RebalanceDeclaration>);

type ClusterHead = Omit<KwdbClusterDeclaration, "zones" | "settings" | "rebalances">;

/** What a program declares on a KWDB cluster: zones, cluster settings and rebalances, and the order in which they are applied. */
export class KwdbTopology extends ClusterTopology<KwdbClusterDeclaration, KwdbEntry> {
  private order: ReadonlyMap<KwdbEntry, readonly KwdbEntry[]> | undefined;

  constructor(private readonly head: Declared<ClusterHead>) {
    super(head);
  }

  addZone(zone: DeclaredResource<ZoneConfigDeclaration>): void {
    this.addInOrder({ list: "zones", ...zone });
  }

  addSetting(setting: DeclaredResource<ClusterSettingDeclaration>): void {
    this.addInOrder({ list: "settings", ...setting });
  }

  addRebalance(rebalance: DeclaredResource<RebalanceDeclaration>): void {
    this.addInOrder({ list: "rebalances", ...rebalance });
  }

  protected assemble(entries: readonly KwdbEntry[]): KwdbClusterDeclaration {
    return {
      ...this.head.declaration,
      zones: declarationsOf(entries, "zones"),
      settings: declarationsOf(entries, "settings"),
      rebalances: declarationsOf(entries, "rebalances"),
    };
  }

  protected problemsOfCluster(cluster: KwdbClusterDeclaration, options: ValidateOptions): readonly Diagnostic[] {
    return validateKwdbCluster(cluster, options);
  }

  protected problemsOfEntry(entry: KwdbEntry, options: ValidateOptions): readonly Diagnostic[] {
    return entry.list === "zones" ? validateZone(entry.declaration, options) : [];
  }

  protected identityOf(entry: KwdbEntry): string | undefined {
    if (entry.list === "settings")
      return isUnresolved(entry.declaration.name) ? undefined : entry.declaration.name.toLowerCase();
    if (entry.list === "rebalances" || containsUnresolved(entry.declaration.target)) return undefined;
    return formatZoneTarget(entry.declaration.target);
  }

  /** As a whole: half of a zone would show up as drift, and a rebalance without its triggers would never run again. */
  protected known(entry: KwdbEntry): KwdbEntry | undefined {
    return containsUnresolved(entry.declaration) ? undefined : entry;
  }

  protected override changed(): void {
    super.changed();
    this.order = undefined;
  }

  /** What comes before an entry may be declared after it: it is known when the stack is synthesized. */
  private addInOrder(entry: KwdbEntry): void {
    this.add(entry);
    entry.resource.dependsOn = Lazy.listValue({ produce: () => this.resourcesBefore(entry) }, { omitEmpty: true });
  }

  private resourcesBefore(entry: KwdbEntry): string[] {
    this.order ??= applyOrder(this.entries);
    return (this.order.get(entry) ?? []).map(({ resource }) => dependable(resource));
  }
}

import { errorDiagnostic, warningDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { DatanodeId } from "../topology/ids";
import type { GreptimeClusterDeclaration, PlacementDeclaration, TableDeclaration } from "../topology/manifest";
import { validateCluster } from "../topology/validate-cluster";
import { validatePlacement } from "../topology/validate-placement";
import { validateTable } from "../topology/validate-table";
import type { ValidateOptions } from "../topology/validation";
import { ClusterTopology, declarationsOf, type Declared, type Entry } from "./cluster-topology";
import { containsUnresolved, isUnresolved } from "./unresolved";

/** A placement, and how its resource is told which datanodes are drained. */
export interface DeclaredPlacement extends Declared<PlacementDeclaration> {
  readonly exclude: (datanodes: readonly DatanodeId[]) => void;
}

type PlacementEntry = Entry<"placements", PlacementDeclaration> & DeclaredPlacement;
type GreptimeEntry = Entry<"tables", TableDeclaration> | PlacementEntry;
type ClusterHead = Omit<GreptimeClusterDeclaration, "tables" | "placements">;

/** What a program declares on a GreptimeDB cluster: tables, their placements, and datanodes to drain. */
export class GreptimeTopology extends ClusterTopology<GreptimeClusterDeclaration, GreptimeEntry> {
  private readonly drained: DatanodeId[] = [];

  constructor(private readonly head: Declared<ClusterHead>) {
    super(head);
  }

  addTable(table: Declared<TableDeclaration>): void {
    this.add({ list: "tables", ...table });
  }

  addPlacement(placement: DeclaredPlacement): void {
    this.add({ list: "placements", ...placement });
    if (this.drained.length > 0) placement.exclude(this.drained);
  }

  /** From now on no placement of the cluster leaves regions on these datanodes, also those that were declared before. */
  drain(datanodes: readonly DatanodeId[]): void {
    for (const datanode of datanodes) if (!this.drained.includes(datanode)) this.drained.push(datanode);
    for (const { exclude } of this.placements) exclude(this.drained);
    this.changed();
  }

  override manifest(): GreptimeClusterDeclaration {
    const { datanodes, ...manifest } = super.manifest();
    return datanodes === undefined || containsUnresolved(datanodes) ? manifest : { ...manifest, datanodes };
  }

  protected assemble(entries: readonly GreptimeEntry[]): GreptimeClusterDeclaration {
    return {
      ...this.head.declaration,
      tables: declarationsOf(entries, "tables"),
      placements: declarationsOf(entries, "placements").map((placement) => this.excluding(placement)),
    };
  }

  protected problemsOfCluster(cluster: GreptimeClusterDeclaration, options: ValidateOptions): readonly Diagnostic[] {
    return validateCluster(cluster, options);
  }

  protected problemsOfEntry(
    entry: GreptimeEntry,
    options: ValidateOptions,
    cluster: GreptimeClusterDeclaration,
  ): readonly Diagnostic[] {
    if (entry.list === "tables") return [...validateTable(entry.declaration, options), ...this.notDrained(entry)];
    const placement = this.excluding(entry.declaration);
    const unnamed = cluster.datanodes === undefined && hasRule(placement) ? [datanodesNotNamed()] : [];
    return [...validatePlacement(placement, { ...options, cluster }), ...unnamed];
  }

  protected identityOf({ list, declaration }: GreptimeEntry): string | undefined {
    if (list === "placements") return undefined;
    const { database, name } = declaration as TableDeclaration;
    return isUnresolved(database) || isUnresolved(name) ? undefined : `${database}.${name}`;
  }

  /** A table is left out as a whole, as half of it would show up as drift; of a placement, single pins. */
  protected known(entry: GreptimeEntry): GreptimeEntry | undefined {
    const known = entry.list === "tables" ? entry : { ...entry, declaration: withoutUnknownPins(entry.declaration) };
    return containsUnresolved(known.declaration) ? undefined : known;
  }

  private get placements(): readonly PlacementEntry[] {
    return this.entries.filter((entry) => entry.list === "placements");
  }

  private excluding(placement: PlacementDeclaration): PlacementDeclaration {
    return this.drained.length === 0 ? placement : { ...placement, excludeDatanodes: [...this.drained] };
  }

  /** A drain moves only regions that are placed: a table without placement stays on the datanode, which should be known. */
  private notDrained({ construct }: GreptimeEntry): readonly Diagnostic[] {
    if (this.drained.length === 0 || this.placements.some((each) => each.construct === construct)) return [];
    const detail = `The cluster drains datanode ${this.drained.join(", ")}, but nothing places this table. Give it a placement, e.g. Placement.pinned(), so that its regions leave.`;
    const summary = "Regions of this table stay on drained datanodes";
    return [warningDiagnostic({ code: "TABLE_NOT_DRAINED", summary, detail })];
  }
}

function hasRule({ strategy, excludeDatanodes, capacity }: PlacementDeclaration): boolean {
  return strategy !== "pinned" || (excludeDatanodes ?? []).length > 0 || capacity !== undefined;
}

function datanodesNotNamed(): Diagnostic {
  return errorDiagnostic({
    code: "PLACEMENT_WITHOUT_DATANODES",
    summary: "Placement without datanodes",
    detail:
      "The cluster declares no datanodes. What Terraform plans is computed without a look at the cluster, so strategies, drains and " +
      "capacities need them. Give the cluster its datanodes, e.g. Datanodes.count(3).",
  });
}

function withoutUnknownPins(placement: PlacementDeclaration): PlacementDeclaration {
  const pins = Object.entries(placement.pins).filter(
    ([partition, datanode]) => !isUnresolved(partition) && !isUnresolved(datanode),
  );
  return { ...placement, pins: Object.fromEntries(pins) };
}

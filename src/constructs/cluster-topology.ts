import { Annotations, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

import { errorDiagnostic, warningDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { DatanodeId } from "../topology/ids";
import type { GreptimeClusterDeclaration, PlacementDeclaration, TableDeclaration } from "../topology/manifest";
import { validateCluster } from "../topology/validate-cluster";
import { validatePlacement } from "../topology/validate-placement";
import { validateTable } from "../topology/validate-table";
import { diagnosticMessage } from "./diagnostic-message";
import { containsUnresolved, isUnresolved } from "./unresolved";

/** A construct and what it declares. `problems`: what is wrong with it that its declaration does not show. */
export interface Declared<T> {
  readonly construct: Construct;
  readonly declaration: T;
  readonly problems?: () => readonly Diagnostic[];
}

/** A placement, and how its resource is told which datanodes are drained. */
export interface DeclaredPlacement extends Declared<PlacementDeclaration> {
  readonly exclude: (datanodes: readonly DatanodeId[]) => void;
}

type ClusterHead = Omit<GreptimeClusterDeclaration, "tables" | "placements">;

/** Everything that a program declares on one cluster, gathered while it builds its constructs, and judged as a whole. */
export class ClusterTopology {
  private readonly tables: Declared<TableDeclaration>[] = [];
  private readonly placed: DeclaredPlacement[] = [];
  private readonly drained: DatanodeId[] = [];

  constructor(private readonly cluster: Declared<ClusterHead>) {}

  addTable(table: Declared<TableDeclaration>): void {
    this.tables.push(table);
  }

  addPlacement(placement: DeclaredPlacement): void {
    this.placed.push(placement);
    if (this.drained.length > 0) placement.exclude(this.drained);
  }

  /** From now on no placement of the cluster leaves regions on these datanodes, also those that were declared before. */
  drain(datanodes: readonly DatanodeId[]): void {
    for (const datanode of datanodes) if (!this.drained.includes(datanode)) this.drained.push(datanode);
    for (const { exclude } of this.placed) exclude(this.drained);
  }

  private get placements(): readonly Declared<PlacementDeclaration>[] {
    if (this.drained.length === 0) return this.placed;
    return this.placed.map((each) => ({
      ...each,
      declaration: { ...each.declaration, excludeDatanodes: [...this.drained] },
    }));
  }

  /** The errors of one construct, as text for CDKTF's validation, which puts the construct's path in front. */
  errorsOf(construct: Construct): string[] {
    return this.diagnosticsOf(construct).flatMap((each) =>
      each.severity === "error" ? [diagnosticMessage(each)] : [],
    );
  }

  /** Puts what is no error, but should be known, beside the constructs. */
  annotate(): void {
    for (const { construct } of [this.cluster, ...this.tables, ...this.placements]) {
      const warnings = this.diagnosticsOf(construct).filter(({ severity }) => severity === "warning");
      for (const warning of warnings) Annotations.of(construct).addWarning(diagnosticMessage(warning));
    }
    for (const { construct } of this.tables.filter(({ declaration }) => containsUnresolved(declaration))) {
      Annotations.of(construct).addInfo("Left out of topoform.json, since only Terraform knows some of its values.");
    }
  }

  /**
   * The cluster for the stack's manifest. What only Terraform knows is left out: the whole table, as half of it would
   * show up as drift; single pins of a placement.
   */
  manifest(): GreptimeClusterDeclaration {
    const { datanodes, ...head } = this.cluster.declaration;
    return {
      ...head,
      ...(datanodes === undefined || containsUnresolved(datanodes) ? {} : { datanodes }),
      tables: this.tables.map(({ declaration }) => declaration).filter((table) => !containsUnresolved(table)),
      placements: this.placements.flatMap(({ declaration }) => knownPlacement(declaration)),
    };
  }

  private diagnosticsOf(construct: Construct): readonly Diagnostic[] {
    return [
      ...(construct === this.cluster.construct ? [...this.ofCluster(), ...(this.cluster.problems?.() ?? [])] : []),
      ...this.ofSiblings(construct),
      ...this.tables.filter((table) => table.construct === construct).flatMap((table) => this.ofTable(table)),
      ...this.placements
        .filter((placement) => placement.construct === construct)
        .flatMap((placement) => this.ofPlacement(placement)),
    ];
  }

  /** What is wrong with the cluster as a whole: its connection, its datanodes, names that appear twice. */
  private whole(): readonly Diagnostic[] {
    const address = this.cluster.declaration.name;
    return validateCluster(this.declaration(), { isUnresolved, address }).filter((each) => each.address === address);
  }

  private ofCluster(): readonly Diagnostic[] {
    return this.whole().filter((each) => this.siblingAt(each) === undefined);
  }

  /** What is wrong with the whole, but through one of the tables or placements. */
  private ofSiblings(construct: Construct): readonly Diagnostic[] {
    return this.whole()
      .filter((each) => this.siblingAt(each)?.construct === construct)
      .map((each) => ({
        ...each,
        path: each.path?.slice(2) ?? [],
        detail: `${each.detail} ${this.constructsOf(each)}`.trim(),
      }));
  }

  private siblingAt({ path }: Diagnostic): Declared<TableDeclaration | PlacementDeclaration> | undefined {
    const [list, index] = path ?? [];
    if (typeof index !== "number") return undefined;
    return list === "tables" ? this.tables[index] : list === "placements" ? this.placements[index] : undefined;
  }

  /** Which constructs declare the table that is declared twice. */
  private constructsOf(diagnostic: Diagnostic): string {
    const twice = diagnostic.path?.[0] === "tables" ? this.tables[Number(diagnostic.path[1])]?.declaration : undefined;
    if (twice === undefined) return "";
    const same = this.tables.filter(
      ({ declaration: { database, name } }) => database === twice.database && name === twice.name,
    );
    return `Declared by ${same.map(({ construct }) => construct.node.path).join(" and ")}.`;
  }

  /** A drain moves only regions that are placed: a table without placement stays on the datanode, which should be known. */
  private notDrained(construct: Construct): readonly Diagnostic[] {
    if (this.drained.length === 0 || this.placed.some((each) => each.construct === construct)) return [];
    const detail = `The cluster drains datanode ${this.drained.join(", ")}, but nothing places this table. Give it a placement, e.g. Placement.pinned(), so that its regions leave.`;
    return [
      warningDiagnostic({
        code: "TABLE_NOT_DRAINED",
        summary: "Regions of this table stay on drained datanodes",
        detail,
      }),
    ];
  }

  private ofTable({ construct, declaration, problems }: Declared<TableDeclaration>): readonly Diagnostic[] {
    return [
      ...validateTable(declaration, { isUnresolved, address: construct.node.path }),
      ...(problems?.() ?? []),
      ...this.notDrained(construct),
      ...this.stackProblems(construct),
    ];
  }

  private ofPlacement({ construct, declaration, problems }: Declared<PlacementDeclaration>): readonly Diagnostic[] {
    const cluster = this.declaration();
    const named =
      this.cluster.declaration.datanodes !== undefined || !hasRule(declaration) ? [] : [datanodesNotNamed()];
    const ofStack = this.tables.some((table) => table.construct === construct) ? [] : this.stackProblems(construct);
    return [
      ...validatePlacement(declaration, { isUnresolved, address: construct.node.path, cluster }),
      ...named,
      ...(problems?.() ?? []),
      ...ofStack,
    ];
  }

  /** A provider configuration serves one stack. */
  private stackProblems(construct: Construct): readonly Diagnostic[] {
    const [own, other] = [TerraformStack.of(construct), TerraformStack.of(this.cluster.construct)];
    if (own === other) return [];
    const detail = `It uses the cluster ${this.cluster.construct.node.path} of the stack ${other.node.path}. Declare the cluster in the stack ${own.node.path}, too, and use that one.`;
    return [
      errorDiagnostic({
        code: "CLUSTER_OF_ANOTHER_STACK",
        summary: "The cluster belongs to another stack",
        detail,
        path: ["cluster"],
      }),
    ];
  }

  private declaration(): GreptimeClusterDeclaration {
    return {
      ...this.cluster.declaration,
      tables: this.tables.map(({ declaration }) => declaration),
      placements: this.placements.map(({ declaration }) => declaration),
    };
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

function knownPlacement(placement: PlacementDeclaration): readonly PlacementDeclaration[] {
  const pins = Object.fromEntries(
    Object.entries(placement.pins).filter(
      ([partition, datanode]) => !isUnresolved(partition) && !isUnresolved(datanode),
    ),
  );
  const known = { ...placement, pins };
  return containsUnresolved(known) ? [] : [known];
}

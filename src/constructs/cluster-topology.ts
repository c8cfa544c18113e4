import { Annotations, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
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

type ClusterHead = Omit<GreptimeClusterDeclaration, "tables" | "placements">;

/** Everything that a program declares on one cluster, gathered while it builds its constructs, and judged as a whole. */
export class ClusterTopology {
  private readonly tables: Declared<TableDeclaration>[] = [];
  private readonly placements: Declared<PlacementDeclaration>[] = [];

  constructor(private readonly cluster: Declared<ClusterHead>) {}

  addTable(table: Declared<TableDeclaration>): void {
    this.tables.push(table);
  }

  addPlacement(placement: Declared<PlacementDeclaration>): void {
    this.placements.push(placement);
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

  private ofTable({ construct, declaration, problems }: Declared<TableDeclaration>): readonly Diagnostic[] {
    return [
      ...validateTable(declaration, { isUnresolved, address: construct.node.path }),
      ...(problems?.() ?? []),
      ...this.stackProblems(construct),
    ];
  }

  private ofPlacement({ construct, declaration, problems }: Declared<PlacementDeclaration>): readonly Diagnostic[] {
    const cluster = this.declaration();
    const ofStack = this.tables.some((table) => table.construct === construct) ? [] : this.stackProblems(construct);
    return [
      ...validatePlacement(declaration, { isUnresolved, address: construct.node.path, cluster }),
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

function knownPlacement(placement: PlacementDeclaration): readonly PlacementDeclaration[] {
  const pins = Object.fromEntries(
    Object.entries(placement.pins).filter(
      ([partition, datanode]) => !isUnresolved(partition) && !isUnresolved(datanode),
    ),
  );
  const known = { ...placement, pins };
  return containsUnresolved(known) ? [] : [known];
}

import { Annotations, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { ClusterDeclaration } from "../topology/manifest";
import type { ValidateOptions } from "../topology/validation";
import { diagnosticMessage } from "./diagnostic-message";
import { isUnresolved } from "./unresolved";

/** A construct and what it declares. `problems`: what is wrong with it that its declaration does not show. */
export interface Declared<T> {
  readonly construct: Construct;
  readonly declaration: T;
  readonly problems?: () => readonly Diagnostic[];
}

/** One element of one of a cluster's lists: a table, a zone. A construct may declare several. */
export interface Entry<L extends string, T> extends Declared<T> {
  readonly list: L;
}

/**
 * Everything that a program declares on one cluster, gathered while it builds its constructs, and judged as a whole.
 * What is particular to an engine, its lists and how they are validated, stands in a subclass.
 */
export abstract class ClusterTopology<C extends ClusterDeclaration, E extends Entry<string, object>> {
  protected readonly entries: E[] = [];
  private readonly validated = new Set<Construct>();
  private judged: ReadonlyMap<Construct, readonly Diagnostic[]> | undefined;

  protected constructor(private readonly cluster: Declared<{ readonly name: string }>) {
    this.validate(cluster.construct);
  }

  /** The cluster with these entries in its lists. */
  protected abstract assemble(entries: readonly E[]): C;
  /** What is wrong with the whole. A path that begins with a list and an index is about that entry. */
  protected abstract problemsOfCluster(cluster: C, options: ValidateOptions): readonly Diagnostic[];
  /** What is wrong with an entry by itself, apart from what {@link problemsOfCluster} says. */
  protected abstract problemsOfEntry(entry: E, options: ValidateOptions, cluster: C): readonly Diagnostic[];
  /** What may stand only once in the entry's list; undefined: anything goes, or only Terraform knows it. */
  protected abstract identityOf(entry: E): string | undefined;
  /** The entry for the manifest, without what only Terraform knows; undefined: it is left out. */
  protected abstract known(entry: E): E | undefined;

  protected add(entry: E): void {
    this.entries.push(entry);
    this.changed();
    this.validate(entry.construct);
  }

  protected changed(): void {
    this.judged = undefined;
  }

  /** The cluster for the stack's manifest. */
  manifest(): C {
    return this.assemble(this.entries.flatMap((entry) => this.known(entry) ?? []));
  }

  /** Puts what is no error, but should be known, beside the constructs. */
  annotate(): void {
    for (const [construct, diagnostics] of this.diagnostics()) {
      const warnings = diagnostics.filter(({ severity }) => severity === "warning");
      for (const warning of warnings) Annotations.of(construct).addWarning(diagnosticMessage(warning));
    }
    const unknown = this.entries.filter((entry) => this.known(entry) === undefined);
    for (const construct of new Set(unknown.map((entry) => entry.construct)))
      Annotations.of(construct).addInfo("Left out of topoform.json, since only Terraform knows some of its values.");
  }

  /** CDKTF puts the construct's path in front of each text. */
  private validate(construct: Construct): void {
    if (this.validated.has(construct)) return;
    this.validated.add(construct);
    construct.node.addValidation({
      validate: () =>
        (this.diagnostics().get(construct) ?? [])
          .filter(({ severity }) => severity === "error")
          .map((each) => diagnosticMessage(each)),
    });
  }

  private diagnostics(): ReadonlyMap<Construct, readonly Diagnostic[]> {
    return (this.judged ??= this.judge());
  }

  private judge(): ReadonlyMap<Construct, readonly Diagnostic[]> {
    const cluster = this.assemble(this.entries);
    const found = new Map<Construct, Diagnostic[]>([[this.cluster.construct, []]]);
    for (const { construct } of this.entries) found.set(construct, this.stackProblems(construct));
    this.judgeWhole(cluster, found);
    for (const entry of this.entries) {
      const options = { isUnresolved, address: entry.construct.node.path };
      const own = [...this.problemsOfEntry(entry, options, cluster), ...(entry.problems?.() ?? [])];
      found.get(entry.construct)?.push(...own);
    }
    return found;
  }

  private judgeWhole(cluster: C, found: ReadonlyMap<Construct, Diagnostic[]>): void {
    const address = this.cluster.declaration.name;
    const lists = groupedByList(this.entries);
    for (const diagnostic of this.problemsOfCluster(cluster, { isUnresolved, address })) {
      // Entries are judged one by one, under the paths of their constructs.
      if (diagnostic.address !== address) continue;
      const [list, index, ...path] = diagnostic.path ?? [];
      const entry = typeof index === "number" ? lists.get(String(list))?.[index] : undefined;
      if (entry === undefined) found.get(this.cluster.construct)?.push(diagnostic);
      else
        found.get(entry.construct)?.push({ ...diagnostic, path, detail: `${diagnostic.detail}${this.twins(entry)}` });
    }
    found.get(this.cluster.construct)?.push(...(this.cluster.problems?.() ?? []));
  }

  /** Which constructs declare what may be declared only once. */
  private twins(entry: E): string {
    const identity = this.identityOf(entry);
    if (identity === undefined) return "";
    const same = this.entries.filter((each) => each.list === entry.list && this.identityOf(each) === identity);
    return same.length < 2 ? "" : ` Declared by ${same.map(({ construct }) => construct.node.path).join(" and ")}.`;
  }

  /** A provider configuration serves one stack. */
  private stackProblems(construct: Construct): Diagnostic[] {
    const [own, other] = [TerraformStack.of(construct), TerraformStack.of(this.cluster.construct)];
    if (own === other) return [];
    const detail = `It uses the cluster ${this.cluster.construct.node.path} of the stack ${other.node.path}. Declare the cluster in the stack ${own.node.path}, too, and use that one.`;
    const summary = "The cluster belongs to another stack";
    return [errorDiagnostic({ code: "CLUSTER_OF_ANOTHER_STACK", summary, detail, path: ["cluster"] })];
  }
}

function groupedByList<E extends Entry<string, object>>(entries: readonly E[]): ReadonlyMap<string, readonly E[]> {
  const lists = new Map<string, E[]>();
  for (const entry of entries) {
    const list = lists.get(entry.list);
    if (list === undefined) lists.set(entry.list, [entry]);
    else list.push(entry);
  }
  return lists;
}

/** The declarations of one list, in the order in which the program makes them. */
export function declarationsOf<E extends Entry<string, object>, L extends E["list"]>(
  entries: readonly E[],
  list: L,
): readonly Extract<E, { readonly list: L }>["declaration"][] {
  return entries
    .filter((entry): entry is Extract<E, { readonly list: L }> => entry.list === list)
    .map(({ declaration }) => declaration);
}

import { isUnknown } from "../../src/plugin";
import type { Logger, ObjectValue, ResourceDefinition, Value } from "../../src/plugin";
import { applyObject } from "../../src/plugin/server/apply-object";
import { planObject } from "../../src/plugin/server/plan-object";
import { checkState } from "../../src/plugin/rules/state-valid";
import type { GreptimeClient, ProviderClient } from "../../src/provider/client";
import type { Convergence } from "../../src/provider/converge";
import { createSnapshotReader } from "../../src/provider/snapshot";
import type { FakeCluster } from "./fake-cluster";

const silent: Logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silent,
};

/** A client of the fake cluster. Runs do what the plan says, at once. */
export function clientOf(fake: FakeCluster, overrides: Partial<GreptimeClient> = {}): ProviderClient {
  const converge: Convergence = {
    exclusively: (_request, work) => work({ adoptable: new Map(), interrupted: false, run: (plan) => fake.run(plan) }),
  };
  const cluster: GreptimeClient = {
    name: "greptimedb fake:4002",
    connection: { declaration: {}, env: {} },
    port: fake.port,
    snapshots: createSnapshotReader(fake.port),
    converge,
    placed: new Set(),
    placedInState: new Set(),
    ...overrides,
  };
  return { greptimedb: () => cluster, kwdb: () => none("KWDB"), close: () => Promise.resolve() };
}

function none(engine: string): never {
  throw new Error(`no ${engine} cluster in this test`);
}

/** One resource, driven as Terraform drives it, with the framework's checks on every answer. */
export class Driver {
  state: ObjectValue | null = null;
  private: Uint8Array = new Uint8Array();
  /** Whether every apply is a run of Terraform of its own. */
  separateApplies = true;

  constructor(
    readonly resource: ResourceDefinition<ProviderClient>,
    readonly client: ProviderClient,
    /** Forgets what a provider process knows, as every new walk of Terraform does. */
    private readonly newWalk: () => void = () => {
      client.greptimedb().snapshots.invalidate();
      client.greptimedb().placed.clear();
      client.greptimedb().placedInState.clear();
    },
  ) {}

  context(stop: AbortSignal = new AbortController().signal) {
    return { client: this.client, stop, log: silent };
  }

  /** All attributes of the schema, null where the configuration says nothing. */
  config(given: ObjectValue): ObjectValue {
    return { ...this.empty(), ...given };
  }

  empty(): ObjectValue {
    return Object.fromEntries(Object.keys(this.resource.schema.attributes).map((name) => [name, null]));
  }

  async refresh() {
    if (this.state === null) throw new Error("nothing to refresh");
    this.newWalk();
    const result = await this.resource.read({ state: this.state, private: this.private }, this.context());
    expect(checkState(this.resource.schema, result.state)).toEqual([]);
    this.state = result.state;
    this.private = result.private ?? this.private;
    return result;
  }

  /** Plans twice and demands the same bytes. `config` null: destroy. */
  plan(given: ObjectValue | null) {
    const config = given === null ? null : this.config(given);
    const proposed = config === null ? null : proposedNew(this.resource, this.state, config);
    const input = { prior: this.state, proposed, config, private: this.private };
    const first = planObject(this.resource, input);
    const second = planObject(this.resource, input);
    expect(inspectText(second)).toBe(inspectText(first));
    return first;
  }

  async apply(given: ObjectValue | null, planned = this.plan(given).planned) {
    const config = given === null ? null : this.config(given);
    if (this.separateApplies) this.newWalk();
    const result = await applyObject(this.resource, { prior: this.state, planned, config, private: this.private }, this.context());
    const failed = result.diagnostics.some((one) => one.severity === "error");
    if (!failed || result.state !== null) {
      this.state = result.state;
      this.private = result.private;
    }
    return result;
  }

  async import(id: string) {
    const result = await this.resource.importState!({ id }, this.context());
    const [found] = result.resources;
    if (found === undefined) return result;
    this.state = found.state;
    this.private = new Uint8Array();
    await this.refresh();
    return result;
  }

  /** Whether a plan after a refresh changes nothing. */
  isSettled(given: ObjectValue): boolean {
    const { planned, diagnostics } = this.plan(given);
    expect(diagnostics.filter((one) => one.severity === "error")).toEqual([]);
    return inspectText(planned) === inspectText(this.state);
  }
}

/** What core proposes: the configuration, completed with prior values of computed attributes. */
function proposedNew(resource: ResourceDefinition<ProviderClient>, prior: ObjectValue | null, config: ObjectValue): ObjectValue {
  return Object.fromEntries(
    Object.entries(resource.schema.attributes).map(([name, attribute]) => {
      const configured = config[name] ?? null;
      return [name, configured === null && attribute.computed === true ? (prior?.[name] ?? null) : configured];
    }),
  );
}

/** Every value as text, unknown ones included. */
export function inspectText(value: unknown): string {
  return JSON.stringify(plain(value), null, 1);
}

function plain(value: unknown): unknown {
  if (isUnknown(value)) return "(unknown)";
  if (typeof value === "bigint") return `${value}n`;
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

export function summaries(diagnostics: readonly { readonly severity: string; readonly summary: string }[]): readonly string[] {
  return diagnostics.map((one) => `${one.severity}: ${one.summary}`);
}

export function at(object: ObjectValue | null, name: string): Value {
  return object?.[name] ?? null;
}

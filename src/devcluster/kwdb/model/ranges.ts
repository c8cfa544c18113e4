import { type ModelClock } from "../../clock";
import { appliedZone, type ZoneReader, zoneOfHashPoint } from "../zone/zone-lookup";
import type { ZoneValues } from "../zone/zone-config";
import { leaseHolder, place, type Placement } from "./allocator";
import type { KwdbNode } from "./nodes";
import type { Span } from "./range-keys";

/** One range: a span of keys with its replicas. */
export interface Range extends Span, Placement {
  readonly id: number;
  /** First key of the next range; `ffff` at the end of the key space. */
  readonly end: string;
  readonly endPretty: string;
  /** Since V3.1.0 `kwdb_internal.ranges` shows it; always a quiet cluster here. */
  readonly queriesPerSecond: number;
  readonly sizeBytes: number;
}

export interface RangeTimes {
  /** From a change until replicas begin to move. */
  readonly delayMs: number;
  /** Between two added replicas of one range. */
  readonly stepMs: number;
}

const LAST = { end: "ffff", endPretty: "/Max" };

/** The ranges of the cluster and the queue that moves their replicas to where the zones want them. */
export class Ranges {
  private list: Range[] = [];
  private nextId = 1;
  /** Ranges that wait for their next step. */
  private readonly queued = new Set<number>();
  /** While paused no replica moves. */
  paused = false;

  constructor(
    private readonly clock: ModelClock,
    private readonly reader: ZoneReader,
    private readonly nodes: readonly KwdbNode[],
    private readonly times: RangeTimes,
  ) {}

  /** In key order. */
  all(): readonly Range[] {
    return this.list;
  }

  /** Replicas per store; counted afresh after every change of the list. */
  private loads: ReadonlyMap<number, number> | null = null;

  /** Splits and merges until the ranges are these spans (in key order); a new one takes over the replicas of the range it is cut from, or is placed afresh. */
  setSpans(spans: readonly Span[]): void {
    const loads = countReplicas(this.list);
    const before = new Map(this.list.map((range) => [range.start, range]));
    const next: Range[] = [];
    for (const [i, span] of spans.entries()) {
      const following = spans[i + 1];
      const bounds = following === undefined ? LAST : { end: following.start, endPretty: following.pretty };
      const known = before.get(span.start);
      if (known !== undefined && known.end === bounds.end && known.tableName === span.tableName && known.databaseName === span.databaseName && known.partition === span.partition) {
        next.push(known);
        continue;
      }
      const cut = known !== undefined || span.tableId === null ? undefined : next.findLast((range) => range.tableId === span.tableId);
      const placement: Placement = known ?? (cut !== undefined && !span.timeSeries ? cut : place(this.valuesOf(span), this.nodes, null, (store) => loads.get(store) ?? 0));
      if (known === undefined) for (const store of placement.replicas) loads.set(store, (loads.get(store) ?? 0) + 1);
      next.push({ ...span, ...bounds, id: known?.id ?? this.nextId++, replicas: placement.replicas, leaseHolder: placement.leaseHolder, queriesPerSecond: known?.queriesPerSecond ?? 0.04, sizeBytes: known?.sizeBytes ?? 0 });
    }
    this.replace(next);
  }

  /** The zone that applies to a span, completely. */
  valuesOf(span: Span): ZoneValues {
    if (span.point !== null) return zoneOfHashPoint(this.reader, span.zoneId, span.point).effective;
    return appliedZone(this.reader, span.zoneId, span.partition === null ? null : { indexId: 1, partition: span.partition }).effective;
  }

  /** Puts every range (of those that `concerns` holds for) that is not where its zone wants it into the queue. */
  follow(concerns: (range: Range) => boolean = () => true): void {
    for (const range of this.list) {
      if (!concerns(range) || this.queued.has(range.id) || this.settled(range)) continue;
      this.queued.add(range.id);
      this.clock.after(this.times.delayMs, () => this.step(range.id));
    }
  }

  /** Leases of nodes that are not live go to another replica. */
  moveLeases(): void {
    this.replace(this.list.map((range) => ({ ...range, leaseHolder: leaseHolder(this.valuesOf(range), this.nodes, range.replicas, range.leaseHolder, (store) => this.leases(store)) })));
  }

  /** Whether a majority of the range's replicas runs. */
  hasQuorum(range: Range): boolean {
    const running = range.replicas.filter((store) => this.nodes.some((node) => node.storeId === store && node.running)).length;
    return running * 2 > range.replicas.length;
  }

  /** How many replicas a store has. */
  load(storeId: number): number {
    this.loads ??= countReplicas(this.list);
    return this.loads.get(storeId) ?? 0;
  }

  leases(storeId: number): number {
    return this.list.filter((range) => range.leaseHolder === storeId).length;
  }

  private replace(list: Range[]): void {
    this.list = list;
    this.loads = null;
  }

  private target(range: Range): Placement {
    return place(this.valuesOf(range), this.nodes, range, (store) => this.load(store));
  }

  private settled(range: Range): boolean {
    const target = this.target(range);
    return target.leaseHolder === range.leaseHolder && target.replicas.length === range.replicas.length && target.replicas.every((store) => range.replicas.includes(store));
  }

  /** One step of one range: adds one replica, or when none is missing drops the surplus and moves the lease. */
  private step(id: number): void {
    this.queued.delete(id);
    const index = this.list.findIndex((range) => range.id === id);
    const range = this.list[index];
    if (range === undefined || this.paused || !this.hasQuorum(range) || this.settled(range)) return;
    const target = this.target(range);
    const missing = target.replicas.find((store) => !range.replicas.includes(store) && this.nodes.some((node) => node.storeId === store && node.running));
    if (missing !== undefined) {
      this.loads = null;
      this.list[index] = { ...range, replicas: [...range.replicas, missing].sort((a, b) => a - b) };
      this.queued.add(id);
      this.clock.after(this.times.stepMs, () => this.step(id));
      return;
    }
    const replicas = target.replicas.filter((store) => range.replicas.includes(store));
    if (replicas.length === 0) return;
    this.loads = null;
    this.list[index] = { ...range, replicas, leaseHolder: leaseHolder(this.valuesOf(range), this.nodes, replicas, range.leaseHolder, (store) => this.leases(store)) };
  }
}

function countReplicas(ranges: readonly Range[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { replicas } of ranges) for (const store of replicas) counts.set(store, (counts.get(store) ?? 0) + 1);
  return counts;
}

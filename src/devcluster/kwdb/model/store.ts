import type { Database, Table, User } from "../catalog/objects";
import { SqlError } from "../sql-error";
import type { Zone } from "../zone/zone-config";

/** What transactions read and write. */
export interface Entities {
  readonly database: Database;
  readonly table: Table;
  readonly zone: Zone;
  readonly user: User;
}

export type EntityKind = keyof Entities;
type Id = number | string;
type Rows = { readonly [K in EntityKind]: Map<Id, Entities[K]> };
type Changes = { readonly [K in EntityKind]: Map<Id, Entities[K] | null> };

const maps = (): Rows => ({ database: new Map(), table: new Map(), zone: new Map(), user: new Map() });
/** What a commit changed. */
export interface CommitScope {
  readonly zoneIds: readonly number[];
  /** Databases or tables were made, changed or dropped. */
  readonly catalog: boolean;
}

const KINDS: readonly EntityKind[] = ["database", "table", "zone", "user"];

interface Lock {
  holder: Transaction;
  readonly waiting: { readonly transaction: Transaction; readonly grant: () => void; readonly fail: (error: Error) => void }[];
}

/** The committed state, and locks that make writers of one object wait for each other. */
export class Store {
  readonly committed: Rows = maps();
  private readonly locks = new Map<string, Lock>();
  private readonly listeners: ((scope: CommitScope) => void)[] = [];

  begin(): Transaction {
    return new Transaction(this);
  }

  onCommit(listener: (scope: CommitScope) => void): void {
    this.listeners.push(listener);
  }

  /** @internal */
  apply(changes: Changes): void {
    for (const kind of KINDS) {
      for (const [id, entity] of changes[kind]) {
        if (entity === null) this.committed[kind].delete(id);
        else (this.committed[kind] as Map<Id, unknown>).set(id, entity);
      }
    }
    const scope: CommitScope = { zoneIds: [...changes.zone.keys()].map(Number), catalog: changes.database.size + changes.table.size > 0 };
    if (scope.zoneIds.length > 0 || scope.catalog) for (const listener of this.listeners) listener(scope);
  }

  /** Waits until `transaction` may write `key`. Of two that wait for each other the later one is aborted. @internal */
  async lock(transaction: Transaction, key: string): Promise<void> {
    const lock = this.locks.get(key);
    if (lock === undefined) {
      this.locks.set(key, { holder: transaction, waiting: [] });
      return;
    }
    if (lock.holder === transaction) return;
    if (this.waitsFor(lock.holder, transaction)) {
      throw new SqlError("40001", "restart transaction: TransactionRetryWithProtoRefreshError: TransactionAbortedError(ABORT_REASON_PUSHER_ABORTED)");
    }
    await new Promise<void>((grant, fail) => lock.waiting.push({ transaction, grant, fail }));
  }

  private waitsFor(waiter: Transaction, holder: Transaction): boolean {
    for (const lock of this.locks.values()) {
      if (lock.waiting.some((w) => w.transaction === waiter) && (lock.holder === holder || this.waitsFor(lock.holder, holder))) return true;
    }
    return false;
  }

  /** @internal */
  release(transaction: Transaction): void {
    for (const [key, lock] of this.locks) {
      const own = lock.waiting.findIndex((w) => w.transaction === transaction);
      if (own >= 0) lock.waiting.splice(own, 1)[0]!.fail(new SqlError("57014", "query execution canceled"));
      if (lock.holder !== transaction) continue;
      const next = lock.waiting.shift();
      if (next === undefined) this.locks.delete(key);
      else {
        lock.holder = next.transaction;
        next.grant();
      }
    }
  }
}

/** Reads the committed state through its own changes. Ends by commit or rollback, once. */
export class Transaction {
  private changes: Changes = { database: new Map(), table: new Map(), zone: new Map(), user: new Map() };
  private over = false;

  constructor(private readonly store: Store) {}

  get<K extends EntityKind>(kind: K, id: Id): Entities[K] | undefined {
    const own = (this.changes[kind] as Map<Id, Entities[K] | null>).get(id);
    return own === null ? undefined : (own ?? (this.store.committed[kind] as Map<Id, Entities[K]>).get(id));
  }

  all<K extends EntityKind>(kind: K): readonly (readonly [Id, Entities[K]])[] {
    const merged = new Map<Id, Entities[K] | null>(this.store.committed[kind] as Map<Id, Entities[K]>);
    for (const [id, entity] of this.changes[kind] as Map<Id, Entities[K] | null>) merged.set(id, entity);
    return [...merged].filter((entry): entry is [Id, Entities[K]] => entry[1] !== null);
  }

  /** The first entity for which `matches` holds. */
  find<K extends EntityKind>(kind: K, matches: (entity: Entities[K]) => boolean): Entities[K] | undefined {
    const own = this.changes[kind] as Map<Id, Entities[K] | null>;
    for (const entity of own.values()) if (entity !== null && matches(entity)) return entity;
    for (const [id, entity] of this.store.committed[kind] as Map<Id, Entities[K]>) if (!own.has(id) && matches(entity)) return entity;
    return undefined;
  }

  /** True after commit or rollback: a statement that was abandoned must not go on. */
  get ended(): boolean {
    return this.over;
  }

  async lock(key: string): Promise<void> {
    if (this.over) throw new SqlError("57014", "query execution canceled");
    await this.store.lock(this, key);
  }

  put<K extends EntityKind>(kind: K, id: Id, entity: Entities[K] | null): void {
    (this.changes[kind] as Map<Id, Entities[K] | null>).set(id, entity);
  }

  commit(): void {
    this.store.apply(this.changes);
    this.end();
  }

  rollback(): void {
    this.end();
  }

  private end(): void {
    this.over = true;
    this.changes = { database: new Map(), table: new Map(), zone: new Map(), user: new Map() };
    this.store.release(this);
  }
}

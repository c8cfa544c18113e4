import type { ColumnDeclaration, TableDeclaration } from "../topology/manifest";
import type { DatanodeId, PartitionKey, RegionId } from "../topology/ids";

/** A table by name. */
export interface TableName {
  readonly database: string;
  readonly name: string;
}

/** One difference between declared and live, as plain data. Closed union: switch over `kind` exhaustively. */
export type Change = TableChange | Move;

interface TableChangeBase {
  readonly table: TableName;
  /** One line for people: why this change is in the plan. */
  readonly reason: string;
  /** It loses rows or columns: done only with `deletion_protection = false`. */
  readonly losesData: boolean;
  /** The server cannot do it in place (a new primary key, another time index, …); says why. Absent when it can. */
  readonly impossible?: string;
  /** The change that undoes this one; null when nothing can. */
  readonly inverse: TableChange | null;
}

export type TableChange = TableChangeBase &
  (
    | { readonly kind: "create-table"; readonly declaration: TableDeclaration }
    | { readonly kind: "drop-table" }
    | { readonly kind: "add-column"; readonly column: ColumnDeclaration; readonly primaryKey: boolean }
    | { readonly kind: "drop-column"; readonly column: string }
    | { readonly kind: "modify-column-type"; readonly column: string; readonly from: string; readonly to: string }
    | { readonly kind: "modify-column-nullable"; readonly column: string; readonly from: boolean; readonly to: boolean }
    | {
        readonly kind: "modify-column-default";
        readonly column: string;
        /** Canonical type of the column: decides how the default is written. */
        readonly columnType: string;
        readonly from: string | null;
        readonly to: string | null;
      }
    | {
        readonly kind: "modify-column-comment";
        readonly column: string;
        readonly from: string | null;
        readonly to: string | null;
      }
    | { readonly kind: "set-option"; readonly option: string; readonly from: string | null; readonly to: string }
    | { readonly kind: "unset-option"; readonly option: string; readonly from: string }
    | { readonly kind: "change-key"; readonly from: readonly string[]; readonly to: readonly string[] }
    | { readonly kind: "change-time-index"; readonly from: string; readonly to: string }
    | { readonly kind: "change-engine"; readonly from: string; readonly to: string }
    | {
        readonly kind: "repartition";
        readonly columns: readonly string[];
        /** Rules that go away and rules that come instead. */
        readonly from: readonly PartitionKey[];
        readonly to: readonly PartitionKey[];
      }
  );

/** The reason of a move that a pin asks for. */
export const PINNED = "pinned";

/** One region moves from one datanode to another. Its inverse has `from` and `to` exchanged. */
export interface Move {
  readonly kind: "move-region";
  readonly table: TableName;
  readonly partition: PartitionKey;
  readonly region: RegionId;
  readonly from: DatanodeId;
  readonly to: DatanodeId;
  /** null when the server has no figure. */
  readonly sizeBytes: bigint | null;
  readonly reason: string;
}

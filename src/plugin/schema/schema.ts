import type { Type } from "./type";

/** How a nested attribute repeats: once, by position, as a set, or by key. */
export type AttributeNesting = "single" | "list" | "set" | "map";

/** How a nested block repeats. `group` is a single block that is never absent. */
export type BlockNesting = AttributeNesting | "group";

/** What an attribute may do. Exactly one of required, optional and computed, or optional with computed. */
export interface AttributeBehaviour {
  /** The configuration must give a value. Default false. */
  readonly required?: boolean;
  /** The configuration may give a value. Default false. */
  readonly optional?: boolean;
  /** The provider gives a value when the configuration does not. Default false. */
  readonly computed?: boolean;
  /** Hidden in Terraform's output. It still stands as plain text in state and plan files. Default false. */
  readonly sensitive?: boolean;
  /** Only in the configuration: null in every plan and state. Needs Terraform or OpenTofu 1.11. Default false. */
  readonly writeOnly?: boolean;
  /** Terraform warns the user who sets it. Default false. */
  readonly deprecated?: boolean;
  /** Markdown for the documentation. */
  readonly description?: string;
  /**
   * A computed value that never changes after creation, such as an id: plans of updates show the prior value
   * instead of "known after apply". Default false. Not sent to Terraform.
   */
  readonly stable?: boolean;
  /** Any change of the value replaces the object. Default false. Not sent to Terraform. */
  readonly requiresReplace?: boolean;
}

/** The attributes of a nested attribute and how they repeat. */
export interface NestedAttributes {
  readonly nesting: AttributeNesting;
  readonly attributes: { readonly [name: string]: Attribute };
}

/** An attribute whose whole value has one type. */
export interface TypedAttribute extends AttributeBehaviour {
  readonly type: Type;
  readonly nested?: never;
}

/** An attribute with attributes of its own, each with its own behaviour. */
export interface NestedAttribute extends AttributeBehaviour {
  readonly nested: NestedAttributes;
  readonly type?: never;
}

/** One attribute of a block. */
export type Attribute = TypedAttribute | NestedAttribute;

/** What a schema and a nested block have in common. */
export interface Block {
  readonly attributes: { readonly [name: string]: Attribute };
  /** Nested blocks by type name. Default none. */
  readonly blocks?: { readonly [name: string]: NestedBlock };
  /** Markdown for the documentation. */
  readonly description?: string;
  /** Terraform warns the user who uses the block. Default false. */
  readonly deprecated?: boolean;
}

/** A nested block: `name { … }` in the configuration. New schemas should prefer nested attributes. */
export interface NestedBlock extends Block {
  readonly nesting: BlockNesting;
  /** Least number of blocks, for list and set; for single 0 or 1, equal to `maxItems`. Default 0. */
  readonly minItems?: number;
  /** Greatest number of blocks, for list and set; 0 is no limit. Default 0. */
  readonly maxItems?: number;
}

/**
 * The schema of a provider block, a resource or a data source.
 *
 * @example
 * const schema: Schema = {
 *   version: 0,
 *   attributes: {
 *     id: { type: "string", computed: true, stable: true },
 *     placement: { type: { map: "number" }, optional: true, computed: true },
 *   },
 * };
 */
export interface Schema extends Block {
  /** Raised by one whenever stored state has to be rewritten; see `ResourceDefinition.upgradeState`. */
  readonly version: number;
}

// Generated from the provider's schema by `npm run bindings`; do not edit.
/* eslint-disable */
// @ts-nocheck The generator knows nothing of exactOptionalPropertyTypes and noImplicitOverride.

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface GreptimedbTableConfig extends cdktf.TerraformMetaArguments {
  /**
  * Columns in the order of their creation. Another order alone is no change.
  */
  readonly columns: GreptimedbTableColumns[] | cdktf.IResolvable;
  /**
  * Database of the table. Default `public`.
  */
  readonly database?: string | undefined;
  /**
  * While true nothing that loses data of this table is done: it cannot be destroyed or replaced, and no column is dropped. Default true. Apply false first, then destroy.
  */
  readonly deletionProtection?: boolean | cdktf.IResolvable | undefined;
  /**
  * Storage engine. Default `mito`.
  */
  readonly engine?: string | undefined;
  /**
  * Columns that others add are left alone and not shown. Default false: they show as a change.
  */
  readonly ignoreUndeclaredColumns?: boolean | cdktf.IResolvable | undefined;
  /**
  * Name of the table.
  */
  readonly name: string;
  /**
  * Table options such as `ttl` or `append_mode`. Another spelling of the same value is no change (`7d` is `7days`).
  */
  readonly options?: { [key: string]: string } | undefined;
  /**
  * Columns that the table is partitioned by.
  */
  readonly partitionColumns?: string[] | undefined;
  /**
  * Ranges by their exclusive upper bounds, one value per partition column, strictly increasing. The last bound is the text `MAXVALUE` in every column. Not together with `partition_rules`.
  */
  readonly partitionLessThan?: string[][] | cdktf.IResolvable | undefined;
  /**
  * Rules in the server's grammar, one per partition: `host < 'g'`. Computed from the ranges when these are given; empty for a table with one region.
  */
  readonly partitionRules?: string[] | undefined;
  /**
  * Columns of the primary key (tags), in key order, without the time index.
  */
  readonly primaryKey?: string[] | undefined;
  /**
  * The column that is the time index.
  */
  readonly timeIndex: string;
}
export interface GreptimedbTableColumns {
  /**
  * Comment on the column.
  */
  readonly comment?: string | undefined;
  /**
  * Default as the server prints it: `5`, `x`, `now()`, `current_timestamp()`.
  */
  readonly default?: string | undefined;
  /**
  * Name of the column.
  */
  readonly name: string;
  /**
  * Whether it may be null. Default true; false for the time index.
  */
  readonly nullable?: boolean | cdktf.IResolvable | undefined;
  /**
  * Any type that the server accepts: `STRING`, `BIGINT UNSIGNED`, `TIMESTAMP(3)`. Aliases are no change (`INT8` is `BIGINT`).
  */
  readonly type: string;
}

export function greptimedbTableColumnsToTerraform(struct?: GreptimedbTableColumns | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    comment: cdktf.stringToTerraform(struct!.comment),
    default: cdktf.stringToTerraform(struct!.default),
    name: cdktf.stringToTerraform(struct!.name),
    nullable: cdktf.booleanToTerraform(struct!.nullable),
    type: cdktf.stringToTerraform(struct!.type),
  }
}

export function greptimedbTableColumnsToHclTerraform(struct?: GreptimedbTableColumns | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    comment: {
      value: cdktf.stringToHclTerraform(struct!.comment),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    default: {
      value: cdktf.stringToHclTerraform(struct!.default),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    name: {
      value: cdktf.stringToHclTerraform(struct!.name),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    nullable: {
      value: cdktf.booleanToHclTerraform(struct!.nullable),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    type: {
      value: cdktf.stringToHclTerraform(struct!.type),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class GreptimedbTableColumnsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param complexObjectIndex the index of this item in the list
  * @param complexObjectIsFromSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string, complexObjectIndex: number, complexObjectIsFromSet: boolean) {
    super(terraformResource, terraformAttribute, complexObjectIsFromSet, complexObjectIndex);
  }

  public get internalValue(): GreptimedbTableColumns | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._comment !== undefined) {
      hasAnyValues = true;
      internalValueResult.comment = this._comment;
    }
    if (this._default !== undefined) {
      hasAnyValues = true;
      internalValueResult.default = this._default;
    }
    if (this._name !== undefined) {
      hasAnyValues = true;
      internalValueResult.name = this._name;
    }
    if (this._nullable !== undefined) {
      hasAnyValues = true;
      internalValueResult.nullable = this._nullable;
    }
    if (this._type !== undefined) {
      hasAnyValues = true;
      internalValueResult.type = this._type;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: GreptimedbTableColumns | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._comment = undefined;
      this._default = undefined;
      this._name = undefined;
      this._nullable = undefined;
      this._type = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._comment = value.comment;
      this._default = value.default;
      this._name = value.name;
      this._nullable = value.nullable;
      this._type = value.type;
    }
  }

  // comment - computed: false, optional: true, required: false
  private _comment?: string;
  public get comment() {
    return this.getStringAttribute('comment');
  }
  public set comment(value: string) {
    this._comment = value;
  }
  public resetComment() {
    this._comment = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get commentInput() {
    return this._comment;
  }

  // default - computed: false, optional: true, required: false
  private _default?: string;
  public get default() {
    return this.getStringAttribute('default');
  }
  public set default(value: string) {
    this._default = value;
  }
  public resetDefault() {
    this._default = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get defaultInput() {
    return this._default;
  }

  // name - computed: false, optional: false, required: true
  private _name?: string;
  public get name() {
    return this.getStringAttribute('name');
  }
  public set name(value: string) {
    this._name = value;
  }
  // Temporarily expose input value. Use with caution.
  public get nameInput() {
    return this._name;
  }

  // nullable - computed: true, optional: true, required: false
  private _nullable?: boolean | cdktf.IResolvable;
  public get nullable() {
    return this.getBooleanAttribute('nullable');
  }
  public set nullable(value: boolean | cdktf.IResolvable) {
    this._nullable = value;
  }
  public resetNullable() {
    this._nullable = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get nullableInput() {
    return this._nullable;
  }

  // type - computed: false, optional: false, required: true
  private _type?: string;
  public get type() {
    return this.getStringAttribute('type');
  }
  public set type(value: string) {
    this._type = value;
  }
  // Temporarily expose input value. Use with caution.
  public get typeInput() {
    return this._type;
  }
}

export class GreptimedbTableColumnsList extends cdktf.ComplexList {
  public internalValue? : GreptimedbTableColumns[] | cdktf.IResolvable

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param wrapsSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  constructor(protected terraformResource: cdktf.IInterpolatingParent, protected terraformAttribute: string, protected wrapsSet: boolean) {
    super(terraformResource, terraformAttribute, wrapsSet)
  }

  /**
  * @param index the index of the item to return
  */
  public get(index: number): GreptimedbTableColumnsOutputReference {
    return new GreptimedbTableColumnsOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}

/**
* Represents a topoform_greptimedb_table
*/
export class GreptimedbTable extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "topoform_greptimedb_table";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a GreptimedbTable resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the GreptimedbTable to import
  * @param importFromId The id of the existing GreptimedbTable that should be imported. Refer to the import section in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the GreptimedbTable to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "topoform_greptimedb_table", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new topoform_greptimedb_table Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options GreptimedbTableConfig
  */
  public constructor(scope: Construct, id: string, config: GreptimedbTableConfig) {
    super(scope, id, {
      terraformResourceType: 'topoform_greptimedb_table',
      terraformGeneratorMetadata: {
        providerName: 'topoform',
      },
      provider: config.provider,
      dependsOn: config.dependsOn,
      count: config.count,
      lifecycle: config.lifecycle,
      provisioners: config.provisioners,
      connection: config.connection,
      forEach: config.forEach
    });
    this._columns.internalValue = config.columns;
    this._database = config.database;
    this._deletionProtection = config.deletionProtection;
    this._engine = config.engine;
    this._ignoreUndeclaredColumns = config.ignoreUndeclaredColumns;
    this._name = config.name;
    this._options = config.options;
    this._partitionColumns = config.partitionColumns;
    this._partitionLessThan = config.partitionLessThan;
    this._partitionRules = config.partitionRules;
    this._primaryKey = config.primaryKey;
    this._timeIndex = config.timeIndex;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // columns - computed: false, optional: false, required: true
  private _columns = new GreptimedbTableColumnsList(this, "columns", false);
  public get columns() {
    return this._columns;
  }
  public putColumns(value: GreptimedbTableColumns[] | cdktf.IResolvable) {
    this._columns.internalValue = value;
  }
  // Temporarily expose input value. Use with caution.
  public get columnsInput() {
    return this._columns.internalValue;
  }

  // database - computed: true, optional: true, required: false
  private _database?: string;
  public get database() {
    return this.getStringAttribute('database');
  }
  public set database(value: string) {
    this._database = value;
  }
  public resetDatabase() {
    this._database = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get databaseInput() {
    return this._database;
  }

  // deletion_protection - computed: true, optional: true, required: false
  private _deletionProtection?: boolean | cdktf.IResolvable;
  public get deletionProtection() {
    return this.getBooleanAttribute('deletion_protection');
  }
  public set deletionProtection(value: boolean | cdktf.IResolvable) {
    this._deletionProtection = value;
  }
  public resetDeletionProtection() {
    this._deletionProtection = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get deletionProtectionInput() {
    return this._deletionProtection;
  }

  // engine - computed: true, optional: true, required: false
  private _engine?: string;
  public get engine() {
    return this.getStringAttribute('engine');
  }
  public set engine(value: string) {
    this._engine = value;
  }
  public resetEngine() {
    this._engine = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get engineInput() {
    return this._engine;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // ignore_undeclared_columns - computed: true, optional: true, required: false
  private _ignoreUndeclaredColumns?: boolean | cdktf.IResolvable;
  public get ignoreUndeclaredColumns() {
    return this.getBooleanAttribute('ignore_undeclared_columns');
  }
  public set ignoreUndeclaredColumns(value: boolean | cdktf.IResolvable) {
    this._ignoreUndeclaredColumns = value;
  }
  public resetIgnoreUndeclaredColumns() {
    this._ignoreUndeclaredColumns = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get ignoreUndeclaredColumnsInput() {
    return this._ignoreUndeclaredColumns;
  }

  // name - computed: false, optional: false, required: true
  private _name?: string;
  public get name() {
    return this.getStringAttribute('name');
  }
  public set name(value: string) {
    this._name = value;
  }
  // Temporarily expose input value. Use with caution.
  public get nameInput() {
    return this._name;
  }

  // options - computed: false, optional: true, required: false
  private _options?: { [key: string]: string };
  public get options() {
    return this.getStringMapAttribute('options');
  }
  public set options(value: { [key: string]: string }) {
    this._options = value;
  }
  public resetOptions() {
    this._options = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get optionsInput() {
    return this._options;
  }

  // partition_columns - computed: false, optional: true, required: false
  private _partitionColumns?: string[];
  public get partitionColumns() {
    return this.getListAttribute('partition_columns');
  }
  public set partitionColumns(value: string[]) {
    this._partitionColumns = value;
  }
  public resetPartitionColumns() {
    this._partitionColumns = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get partitionColumnsInput() {
    return this._partitionColumns;
  }

  // partition_less_than - computed: false, optional: true, required: false
  private _partitionLessThan?: string[][] | cdktf.IResolvable;
  public get partitionLessThan() {
    return this.interpolationForAttribute('partition_less_than');
  }
  public set partitionLessThan(value: string[][] | cdktf.IResolvable) {
    this._partitionLessThan = value;
  }
  public resetPartitionLessThan() {
    this._partitionLessThan = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get partitionLessThanInput() {
    return this._partitionLessThan;
  }

  // partition_rules - computed: true, optional: true, required: false
  private _partitionRules?: string[];
  public get partitionRules() {
    return this.getListAttribute('partition_rules');
  }
  public set partitionRules(value: string[]) {
    this._partitionRules = value;
  }
  public resetPartitionRules() {
    this._partitionRules = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get partitionRulesInput() {
    return this._partitionRules;
  }

  // primary_key - computed: false, optional: true, required: false
  private _primaryKey?: string[];
  public get primaryKey() {
    return this.getListAttribute('primary_key');
  }
  public set primaryKey(value: string[]) {
    this._primaryKey = value;
  }
  public resetPrimaryKey() {
    this._primaryKey = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get primaryKeyInput() {
    return this._primaryKey;
  }

  // region_ids - computed: true, optional: false, required: false
  private _regionIds = new cdktf.StringMap(this, "region_ids");
  public get regionIds() {
    return this._regionIds;
  }

  // table_id - computed: true, optional: false, required: false
  public get tableId() {
    return this.getNumberAttribute('table_id');
  }

  // time_index - computed: false, optional: false, required: true
  private _timeIndex?: string;
  public get timeIndex() {
    return this.getStringAttribute('time_index');
  }
  public set timeIndex(value: string) {
    this._timeIndex = value;
  }
  // Temporarily expose input value. Use with caution.
  public get timeIndexInput() {
    return this._timeIndex;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      columns: cdktf.listMapper(greptimedbTableColumnsToTerraform, false)(this._columns.internalValue),
      database: cdktf.stringToTerraform(this._database),
      deletion_protection: cdktf.booleanToTerraform(this._deletionProtection),
      engine: cdktf.stringToTerraform(this._engine),
      ignore_undeclared_columns: cdktf.booleanToTerraform(this._ignoreUndeclaredColumns),
      name: cdktf.stringToTerraform(this._name),
      options: cdktf.hashMapper(cdktf.stringToTerraform)(this._options),
      partition_columns: cdktf.listMapper(cdktf.stringToTerraform, false)(this._partitionColumns),
      partition_less_than: cdktf.listMapper(cdktf.listMapper(cdktf.stringToTerraform, false), false)(this._partitionLessThan),
      partition_rules: cdktf.listMapper(cdktf.stringToTerraform, false)(this._partitionRules),
      primary_key: cdktf.listMapper(cdktf.stringToTerraform, false)(this._primaryKey),
      time_index: cdktf.stringToTerraform(this._timeIndex),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      columns: {
        value: cdktf.listMapper(greptimedbTableColumnsToTerraform, false)(this._columns.internalValue),
        isBlock: false,
        type: "any",
        storageClassType: "any",
      },
      database: {
        value: cdktf.stringToHclTerraform(this._database),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      deletion_protection: {
        value: cdktf.booleanToHclTerraform(this._deletionProtection),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      engine: {
        value: cdktf.stringToHclTerraform(this._engine),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      ignore_undeclared_columns: {
        value: cdktf.booleanToHclTerraform(this._ignoreUndeclaredColumns),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      name: {
        value: cdktf.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      options: {
        value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(this._options),
        isBlock: false,
        type: "map",
        storageClassType: "stringMap",
      },
      partition_columns: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._partitionColumns),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      partition_less_than: {
        value: cdktf.listMapper(cdktf.listMapper(cdktf.stringToTerraform, false), false)(this._partitionLessThan),
        isBlock: false,
        type: "any",
        storageClassType: "any",
      },
      partition_rules: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._partitionRules),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      primary_key: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._primaryKey),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      time_index: {
        value: cdktf.stringToHclTerraform(this._timeIndex),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}

// Generated from the provider's schema by `npm run bindings`; do not edit.
/* eslint-disable */
// @ts-nocheck The generator knows nothing of exactOptionalPropertyTypes and noImplicitOverride.

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface GreptimedbTableConfig extends cdktf.TerraformMetaArguments {
  readonly database?: string | undefined;
  readonly name: string;
  readonly columns: GreptimedbTableColumns[] | cdktf.IResolvable;
  readonly primaryKey?: string[] | undefined;
  readonly timeIndex: string;
  readonly partitionColumns?: string[] | undefined;
  readonly partitionLessThan?: string[][] | cdktf.IResolvable | undefined;
  readonly partitionRules?: string[] | undefined;
  readonly engine?: string | undefined;
  readonly options?: { [key: string]: string } | undefined;
  readonly ignoreUndeclaredColumns?: boolean | cdktf.IResolvable | undefined;
  readonly deletionProtection?: boolean | cdktf.IResolvable | undefined;
}
export interface GreptimedbTableColumns {
  readonly name: string;
  readonly type: string;
  readonly nullable?: boolean | cdktf.IResolvable | undefined;
  readonly default?: string | undefined;
  readonly comment?: string | undefined;
}

export function greptimedbTableColumnsToTerraform(struct?: GreptimedbTableColumns | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    name: cdktf.stringToTerraform(struct!.name),
    type: cdktf.stringToTerraform(struct!.type),
    nullable: cdktf.booleanToTerraform(struct!.nullable),
    default: cdktf.stringToTerraform(struct!.default),
    comment: cdktf.stringToTerraform(struct!.comment),
  }
}

export function greptimedbTableColumnsToHclTerraform(struct?: GreptimedbTableColumns | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    name: {
      value: cdktf.stringToHclTerraform(struct!.name),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    type: {
      value: cdktf.stringToHclTerraform(struct!.type),
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
    default: {
      value: cdktf.stringToHclTerraform(struct!.default),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    comment: {
      value: cdktf.stringToHclTerraform(struct!.comment),
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
    if (this._name !== undefined) {
      hasAnyValues = true;
      internalValueResult.name = this._name;
    }
    if (this._type !== undefined) {
      hasAnyValues = true;
      internalValueResult.type = this._type;
    }
    if (this._nullable !== undefined) {
      hasAnyValues = true;
      internalValueResult.nullable = this._nullable;
    }
    if (this._default !== undefined) {
      hasAnyValues = true;
      internalValueResult.default = this._default;
    }
    if (this._comment !== undefined) {
      hasAnyValues = true;
      internalValueResult.comment = this._comment;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: GreptimedbTableColumns | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._name = undefined;
      this._type = undefined;
      this._nullable = undefined;
      this._default = undefined;
      this._comment = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._name = value.name;
      this._type = value.type;
      this._nullable = value.nullable;
      this._default = value.default;
      this._comment = value.comment;
    }
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
    this._database = config.database;
    this._name = config.name;
    this._columns.internalValue = config.columns;
    this._primaryKey = config.primaryKey;
    this._timeIndex = config.timeIndex;
    this._partitionColumns = config.partitionColumns;
    this._partitionLessThan = config.partitionLessThan;
    this._partitionRules = config.partitionRules;
    this._engine = config.engine;
    this._options = config.options;
    this._ignoreUndeclaredColumns = config.ignoreUndeclaredColumns;
    this._deletionProtection = config.deletionProtection;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
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

  // table_id - computed: true, optional: false, required: false
  public get tableId() {
    return this.getNumberAttribute('table_id');
  }

  // region_ids - computed: true, optional: false, required: false
  private _regionIds = new cdktf.StringMap(this, "region_ids");
  public get regionIds() {
    return this._regionIds;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      database: cdktf.stringToTerraform(this._database),
      name: cdktf.stringToTerraform(this._name),
      columns: cdktf.listMapper(greptimedbTableColumnsToTerraform, false)(this._columns.internalValue),
      primary_key: cdktf.listMapper(cdktf.stringToTerraform, false)(this._primaryKey),
      time_index: cdktf.stringToTerraform(this._timeIndex),
      partition_columns: cdktf.listMapper(cdktf.stringToTerraform, false)(this._partitionColumns),
      partition_less_than: cdktf.listMapper(cdktf.listMapper(cdktf.stringToTerraform, false), false)(this._partitionLessThan),
      partition_rules: cdktf.listMapper(cdktf.stringToTerraform, false)(this._partitionRules),
      engine: cdktf.stringToTerraform(this._engine),
      options: cdktf.hashMapper(cdktf.stringToTerraform)(this._options),
      ignore_undeclared_columns: cdktf.booleanToTerraform(this._ignoreUndeclaredColumns),
      deletion_protection: cdktf.booleanToTerraform(this._deletionProtection),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      database: {
        value: cdktf.stringToHclTerraform(this._database),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      name: {
        value: cdktf.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      columns: {
        value: cdktf.listMapperHcl(greptimedbTableColumnsToHclTerraform, false)(this._columns.internalValue),
        isBlock: true,
        type: "list",
        storageClassType: "GreptimedbTableColumnsList",
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
      partition_columns: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._partitionColumns),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      partition_less_than: {
        value: cdktf.listMapperHcl(cdktf.listMapperHcl(cdktf.stringToHclTerraform, false), false)(this._partitionLessThan),
        isBlock: false,
        type: "list",
        storageClassType: "stringListList",
      },
      partition_rules: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._partitionRules),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      engine: {
        value: cdktf.stringToHclTerraform(this._engine),
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
      ignore_undeclared_columns: {
        value: cdktf.booleanToHclTerraform(this._ignoreUndeclaredColumns),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      deletion_protection: {
        value: cdktf.booleanToHclTerraform(this._deletionProtection),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}

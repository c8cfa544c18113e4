// Generated from the provider's schema by `npm run bindings`; do not edit.
/* eslint-disable */
// @ts-nocheck The generator knows nothing of exactOptionalPropertyTypes and noImplicitOverride.

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface DataTopoformGreptimedbDatanodesConfig extends cdktf.TerraformMetaArguments {
}
export interface DataTopoformGreptimedbDatanodesDatanodes {
}

export function dataTopoformGreptimedbDatanodesDatanodesToTerraform(struct?: DataTopoformGreptimedbDatanodesDatanodes): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
  }
}

export function dataTopoformGreptimedbDatanodesDatanodesToHclTerraform(struct?: DataTopoformGreptimedbDatanodesDatanodes): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
  };
  return attrs;
}

export class DataTopoformGreptimedbDatanodesDatanodesOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param complexObjectIndex the index of this item in the list
  * @param complexObjectIsFromSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string, complexObjectIndex: number, complexObjectIsFromSet: boolean) {
    super(terraformResource, terraformAttribute, complexObjectIsFromSet, complexObjectIndex);
  }

  public get internalValue(): DataTopoformGreptimedbDatanodesDatanodes | undefined {
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: DataTopoformGreptimedbDatanodesDatanodes | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
    }
  }

  // address - computed: true, optional: false, required: false
  public get address() {
    return this.getStringAttribute('address');
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // region_count - computed: true, optional: false, required: false
  public get regionCount() {
    return this.getNumberAttribute('region_count');
  }

  // silent_seconds - computed: true, optional: false, required: false
  public get silentSeconds() {
    return this.getNumberAttribute('silent_seconds');
  }

  // version - computed: true, optional: false, required: false
  public get version() {
    return this.getStringAttribute('version');
  }
}

export class DataTopoformGreptimedbDatanodesDatanodesList extends cdktf.ComplexList {

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
  public get(index: number): DataTopoformGreptimedbDatanodesDatanodesOutputReference {
    return new DataTopoformGreptimedbDatanodesDatanodesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}

/**
* Represents a topoform_greptimedb_datanodes
*/
export class DataTopoformGreptimedbDatanodes extends cdktf.TerraformDataSource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "topoform_greptimedb_datanodes";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a DataTopoformGreptimedbDatanodes resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the DataTopoformGreptimedbDatanodes to import
  * @param importFromId The id of the existing DataTopoformGreptimedbDatanodes that should be imported. Refer to the import section in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the DataTopoformGreptimedbDatanodes to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "topoform_greptimedb_datanodes", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new topoform_greptimedb_datanodes Data Source
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options DataTopoformGreptimedbDatanodesConfig = {}
  */
  public constructor(scope: Construct, id: string, config: DataTopoformGreptimedbDatanodesConfig = {}) {
    super(scope, id, {
      terraformResourceType: 'topoform_greptimedb_datanodes',
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
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // datanodes - computed: true, optional: false, required: false
  private _datanodes = new DataTopoformGreptimedbDatanodesDatanodesList(this, "datanodes", false);
  public get datanodes() {
    return this._datanodes;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
    };
    return attrs;
  }
}

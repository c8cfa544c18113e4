// Generated from the provider's schema by `npm run bindings`; do not edit.
/* eslint-disable */
// @ts-nocheck The generator knows nothing of exactOptionalPropertyTypes and noImplicitOverride.

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface KwdbRangeRebalanceConfig extends cdktf.TerraformMetaArguments {
  /**
  * The rebalance may replace HASHPOINT partitions that somebody made, together with their zones. Default false: it is refused while there are zones of such partitions.
  */
  readonly replacePartitions?: boolean | cdktf.IResolvable | undefined;
  /**
  * A time-series database or table, or `RANGE default` for all of them. Another target replaces the resource.
  */
  readonly target: string;
  /**
  * How long the job may take before apply stops following it. Default 7200.
  */
  readonly timeoutSeconds?: number | undefined;
  /**
  * Any values; when one changes, the ranges are rebalanced again.
  */
  readonly triggers?: { [key: string]: string } | undefined;
}

/**
* Represents a topoform_kwdb_range_rebalance
*/
export class KwdbRangeRebalance extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "topoform_kwdb_range_rebalance";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a KwdbRangeRebalance resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the KwdbRangeRebalance to import
  * @param importFromId The id of the existing KwdbRangeRebalance that should be imported. Refer to the import section in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the KwdbRangeRebalance to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "topoform_kwdb_range_rebalance", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new topoform_kwdb_range_rebalance Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options KwdbRangeRebalanceConfig
  */
  public constructor(scope: Construct, id: string, config: KwdbRangeRebalanceConfig) {
    super(scope, id, {
      terraformResourceType: 'topoform_kwdb_range_rebalance',
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
    this._replacePartitions = config.replacePartitions;
    this._target = config.target;
    this._timeoutSeconds = config.timeoutSeconds;
    this._triggers = config.triggers;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // job_id - computed: true, optional: false, required: false
  public get jobId() {
    return this.getStringAttribute('job_id');
  }

  // replace_partitions - computed: false, optional: true, required: false
  private _replacePartitions?: boolean | cdktf.IResolvable;
  public get replacePartitions() {
    return this.getBooleanAttribute('replace_partitions');
  }
  public set replacePartitions(value: boolean | cdktf.IResolvable) {
    this._replacePartitions = value;
  }
  public resetReplacePartitions() {
    this._replacePartitions = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get replacePartitionsInput() {
    return this._replacePartitions;
  }

  // target - computed: false, optional: false, required: true
  private _target?: string;
  public get target() {
    return this.getStringAttribute('target');
  }
  public set target(value: string) {
    this._target = value;
  }
  // Temporarily expose input value. Use with caution.
  public get targetInput() {
    return this._target;
  }

  // timeout_seconds - computed: false, optional: true, required: false
  private _timeoutSeconds?: number;
  public get timeoutSeconds() {
    return this.getNumberAttribute('timeout_seconds');
  }
  public set timeoutSeconds(value: number) {
    this._timeoutSeconds = value;
  }
  public resetTimeoutSeconds() {
    this._timeoutSeconds = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get timeoutSecondsInput() {
    return this._timeoutSeconds;
  }

  // triggers - computed: false, optional: true, required: false
  private _triggers?: { [key: string]: string };
  public get triggers() {
    return this.getStringMapAttribute('triggers');
  }
  public set triggers(value: { [key: string]: string }) {
    this._triggers = value;
  }
  public resetTriggers() {
    this._triggers = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get triggersInput() {
    return this._triggers;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      replace_partitions: cdktf.booleanToTerraform(this._replacePartitions),
      target: cdktf.stringToTerraform(this._target),
      timeout_seconds: cdktf.numberToTerraform(this._timeoutSeconds),
      triggers: cdktf.hashMapper(cdktf.stringToTerraform)(this._triggers),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      replace_partitions: {
        value: cdktf.booleanToHclTerraform(this._replacePartitions),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      target: {
        value: cdktf.stringToHclTerraform(this._target),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      timeout_seconds: {
        value: cdktf.numberToHclTerraform(this._timeoutSeconds),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      triggers: {
        value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(this._triggers),
        isBlock: false,
        type: "map",
        storageClassType: "stringMap",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}

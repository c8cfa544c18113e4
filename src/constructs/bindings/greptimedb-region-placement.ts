// Generated from the provider's schema by `npm run bindings`; do not edit.
/* eslint-disable */
// @ts-nocheck The generator knows nothing of exactOptionalPropertyTypes and noImplicitOverride.

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface GreptimedbRegionPlacementConfig extends cdktf.TerraformMetaArguments {
  readonly database?: string | undefined;
  readonly table: string;
  readonly strategy?: string | undefined;
  readonly pins?: { [key: string]: number } | undefined;
  readonly datanodes?: number[] | undefined;
  readonly sharedStorage?: string | undefined;
  readonly replayTimeoutSeconds?: number | undefined;
  readonly maxOutgoingMovesPerDatanode?: number | undefined;
  readonly maxIncomingMovesPerDatanode?: number | undefined;
  readonly maxMoves?: number | undefined;
  readonly acceptDataLossOf?: number[] | undefined;
}

/**
* Represents a topoform_greptimedb_region_placement
*/
export class GreptimedbRegionPlacement extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "topoform_greptimedb_region_placement";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a GreptimedbRegionPlacement resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the GreptimedbRegionPlacement to import
  * @param importFromId The id of the existing GreptimedbRegionPlacement that should be imported. Refer to the import section in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the GreptimedbRegionPlacement to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "topoform_greptimedb_region_placement", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new topoform_greptimedb_region_placement Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options GreptimedbRegionPlacementConfig
  */
  public constructor(scope: Construct, id: string, config: GreptimedbRegionPlacementConfig) {
    super(scope, id, {
      terraformResourceType: 'topoform_greptimedb_region_placement',
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
    this._table = config.table;
    this._strategy = config.strategy;
    this._pins = config.pins;
    this._datanodes = config.datanodes;
    this._sharedStorage = config.sharedStorage;
    this._replayTimeoutSeconds = config.replayTimeoutSeconds;
    this._maxOutgoingMovesPerDatanode = config.maxOutgoingMovesPerDatanode;
    this._maxIncomingMovesPerDatanode = config.maxIncomingMovesPerDatanode;
    this._maxMoves = config.maxMoves;
    this._acceptDataLossOf = config.acceptDataLossOf;
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

  // table - computed: false, optional: false, required: true
  private _table?: string;
  public get table() {
    return this.getStringAttribute('table');
  }
  public set table(value: string) {
    this._table = value;
  }
  // Temporarily expose input value. Use with caution.
  public get tableInput() {
    return this._table;
  }

  // strategy - computed: true, optional: true, required: false
  private _strategy?: string;
  public get strategy() {
    return this.getStringAttribute('strategy');
  }
  public set strategy(value: string) {
    this._strategy = value;
  }
  public resetStrategy() {
    this._strategy = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get strategyInput() {
    return this._strategy;
  }

  // pins - computed: false, optional: true, required: false
  private _pins?: { [key: string]: number };
  public get pins() {
    return this.getNumberMapAttribute('pins');
  }
  public set pins(value: { [key: string]: number }) {
    this._pins = value;
  }
  public resetPins() {
    this._pins = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get pinsInput() {
    return this._pins;
  }

  // datanodes - computed: false, optional: true, required: false
  private _datanodes?: number[];
  public get datanodes() {
    return cdktf.Token.asNumberList(cdktf.Fn.tolist(this.getNumberListAttribute('datanodes')));
  }
  public set datanodes(value: number[]) {
    this._datanodes = value;
  }
  public resetDatanodes() {
    this._datanodes = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get datanodesInput() {
    return this._datanodes;
  }

  // shared_storage - computed: false, optional: true, required: false
  private _sharedStorage?: string;
  public get sharedStorage() {
    return this.getStringAttribute('shared_storage');
  }
  public set sharedStorage(value: string) {
    this._sharedStorage = value;
  }
  public resetSharedStorage() {
    this._sharedStorage = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get sharedStorageInput() {
    return this._sharedStorage;
  }

  // replay_timeout_seconds - computed: true, optional: true, required: false
  private _replayTimeoutSeconds?: number;
  public get replayTimeoutSeconds() {
    return this.getNumberAttribute('replay_timeout_seconds');
  }
  public set replayTimeoutSeconds(value: number) {
    this._replayTimeoutSeconds = value;
  }
  public resetReplayTimeoutSeconds() {
    this._replayTimeoutSeconds = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get replayTimeoutSecondsInput() {
    return this._replayTimeoutSeconds;
  }

  // max_outgoing_moves_per_datanode - computed: true, optional: true, required: false
  private _maxOutgoingMovesPerDatanode?: number;
  public get maxOutgoingMovesPerDatanode() {
    return this.getNumberAttribute('max_outgoing_moves_per_datanode');
  }
  public set maxOutgoingMovesPerDatanode(value: number) {
    this._maxOutgoingMovesPerDatanode = value;
  }
  public resetMaxOutgoingMovesPerDatanode() {
    this._maxOutgoingMovesPerDatanode = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxOutgoingMovesPerDatanodeInput() {
    return this._maxOutgoingMovesPerDatanode;
  }

  // max_incoming_moves_per_datanode - computed: true, optional: true, required: false
  private _maxIncomingMovesPerDatanode?: number;
  public get maxIncomingMovesPerDatanode() {
    return this.getNumberAttribute('max_incoming_moves_per_datanode');
  }
  public set maxIncomingMovesPerDatanode(value: number) {
    this._maxIncomingMovesPerDatanode = value;
  }
  public resetMaxIncomingMovesPerDatanode() {
    this._maxIncomingMovesPerDatanode = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxIncomingMovesPerDatanodeInput() {
    return this._maxIncomingMovesPerDatanode;
  }

  // max_moves - computed: true, optional: true, required: false
  private _maxMoves?: number;
  public get maxMoves() {
    return this.getNumberAttribute('max_moves');
  }
  public set maxMoves(value: number) {
    this._maxMoves = value;
  }
  public resetMaxMoves() {
    this._maxMoves = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxMovesInput() {
    return this._maxMoves;
  }

  // accept_data_loss_of - computed: false, optional: true, required: false
  private _acceptDataLossOf?: number[];
  public get acceptDataLossOf() {
    return cdktf.Token.asNumberList(cdktf.Fn.tolist(this.getNumberListAttribute('accept_data_loss_of')));
  }
  public set acceptDataLossOf(value: number[]) {
    this._acceptDataLossOf = value;
  }
  public resetAcceptDataLossOf() {
    this._acceptDataLossOf = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get acceptDataLossOfInput() {
    return this._acceptDataLossOf;
  }

  // placement - computed: true, optional: false, required: false
  private _placement = new cdktf.NumberMap(this, "placement");
  public get placement() {
    return this._placement;
  }

  // region_ids - computed: true, optional: false, required: false
  private _regionIds = new cdktf.StringMap(this, "region_ids");
  public get regionIds() {
    return this._regionIds;
  }

  // planned_moves - computed: true, optional: false, required: false
  public get plannedMoves() {
    return this.getStringAttribute('planned_moves');
  }

  // unavailable_datanodes - computed: true, optional: false, required: false
  public get unavailableDatanodes() {
    return this.getNumberListAttribute('unavailable_datanodes');
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      database: cdktf.stringToTerraform(this._database),
      table: cdktf.stringToTerraform(this._table),
      strategy: cdktf.stringToTerraform(this._strategy),
      pins: cdktf.hashMapper(cdktf.numberToTerraform)(this._pins),
      datanodes: cdktf.listMapper(cdktf.numberToTerraform, false)(this._datanodes),
      shared_storage: cdktf.stringToTerraform(this._sharedStorage),
      replay_timeout_seconds: cdktf.numberToTerraform(this._replayTimeoutSeconds),
      max_outgoing_moves_per_datanode: cdktf.numberToTerraform(this._maxOutgoingMovesPerDatanode),
      max_incoming_moves_per_datanode: cdktf.numberToTerraform(this._maxIncomingMovesPerDatanode),
      max_moves: cdktf.numberToTerraform(this._maxMoves),
      accept_data_loss_of: cdktf.listMapper(cdktf.numberToTerraform, false)(this._acceptDataLossOf),
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
      table: {
        value: cdktf.stringToHclTerraform(this._table),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      strategy: {
        value: cdktf.stringToHclTerraform(this._strategy),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      pins: {
        value: cdktf.hashMapperHcl(cdktf.numberToHclTerraform)(this._pins),
        isBlock: false,
        type: "map",
        storageClassType: "numberMap",
      },
      datanodes: {
        value: cdktf.listMapperHcl(cdktf.numberToHclTerraform, false)(this._datanodes),
        isBlock: false,
        type: "set",
        storageClassType: "numberList",
      },
      shared_storage: {
        value: cdktf.stringToHclTerraform(this._sharedStorage),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      replay_timeout_seconds: {
        value: cdktf.numberToHclTerraform(this._replayTimeoutSeconds),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      max_outgoing_moves_per_datanode: {
        value: cdktf.numberToHclTerraform(this._maxOutgoingMovesPerDatanode),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      max_incoming_moves_per_datanode: {
        value: cdktf.numberToHclTerraform(this._maxIncomingMovesPerDatanode),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      max_moves: {
        value: cdktf.numberToHclTerraform(this._maxMoves),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      accept_data_loss_of: {
        value: cdktf.listMapperHcl(cdktf.numberToHclTerraform, false)(this._acceptDataLossOf),
        isBlock: false,
        type: "set",
        storageClassType: "numberList",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}

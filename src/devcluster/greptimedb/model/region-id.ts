/** `table_id << 32 | region_number`, as every version composes it. */
export function regionId(tableId: number, regionNumber: number): bigint {
  return (BigInt(tableId) << 32n) | BigInt(regionNumber);
}

export function tableIdOf(id: bigint): number {
  return Number(id >> 32n);
}

export function regionNumberOf(id: bigint): number {
  return Number(id & 0xffff_ffffn);
}

/** As the server prints it in errors: `4398046511104(1024, 0)`. */
export function printRegionId(id: bigint): string {
  return `${id}(${tableIdOf(id)}, ${regionNumberOf(id)})`;
}

import { errorDiagnostic, warningDiagnostic, type Diagnostic } from "../topology/diagnostic";

/** Two resources of one configuration have the same target, or set the same setting: each would undo the other at every apply. */
export function claimedTwice(address: string): Diagnostic {
  return errorDiagnostic({
    code: "KWDB_DECLARED_TWICE",
    summary: `${address} is declared twice`,
    detail: "This apply has created another resource for it. Put everything into one of them. Nothing was written for this one.",
  });
}

/** A resource was given another name without saying so: its successor was created before it is destroyed. */
export function leftToSuccessor(address: string): Diagnostic {
  return warningDiagnostic({
    code: "KWDB_LEFT_TO_SUCCESSOR",
    summary: `${address} stays as it is`,
    detail: "Another resource was created for it in this apply. A moved block renames a resource and keeps what was found.",
  });
}

/** Two resources of one configuration place the regions of one table. `attribute`: the one that names the table. */
export function placedTwice(table: string, attribute: string): Diagnostic {
  return errorDiagnostic({
    code: "PLACEMENT_TABLE_DUPLICATE",
    summary: `Two resources place ${table}`,
    detail: "This apply has placed its regions for another resource: each would undo the moves of the other at every apply. Put all its pins into one of them. Nothing was moved for this one.",
    path: [attribute],
  });
}

/** Two resources of the state place the regions of one table: they were created by applies of their own. */
export function placedByAnother(table: string, attribute: string): Diagnostic {
  return warningDiagnostic({
    code: "PLACEMENT_TABLE_DUPLICATE",
    summary: `Another resource places ${table}, too`,
    detail: "Each may undo the moves of the other at every apply. Put all its pins into one of them and remove the other: destroying a placement moves nothing.",
    path: [attribute],
  });
}

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

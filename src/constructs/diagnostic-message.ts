import type { Diagnostic, PathStep } from "../topology/diagnostic";

/** Where a member of the topology has another name, or another place, than the property of the construct. */
const PROPERTIES: Readonly<Record<string, string>> = {
  "connection.tls.mode": "tlsMode",
  "connection.tls.caFile": "tlsCaFile",
  "connection.tls.certFile": "tlsCertFile",
  "connection.tls.keyFile": "tlsKeyFile",
  "limits.outgoing": "maxOutgoingMovesPerDatanode",
  "limits.incoming": "maxIncomingMovesPerDatanode",
  "limits.cluster": "maxMoves",
  gcTtlSeconds: "gcTtl",
  tsMergeDays: "tsMerge",
};

/** One line for the list of problems that synth prints; CDKTF puts the construct's path in front. */
export function diagnosticMessage({ path, summary, detail, code }: Diagnostic): string {
  const where = path === undefined || path.length === 0 ? "" : `${propertyPath(path)}: `;
  return `${where}${summary}. ${detail} (${code})`;
}

/** The property that a user of the construct wrote: `partitions.partitions[1].lessThan`. */
function propertyPath(path: readonly PathStep[]): string {
  const text = path.map(stepText).join("").replace(/^\./, "");
  return (
    PROPERTIES[text] ??
    text
      .replace(/^(?:connection|run)\./, "")
      .replace(/^partitioning\b/, "partitions")
      .replace(/^target\b/, "zone")
  );
}

function stepText(step: PathStep): string {
  if (typeof step === "number") return `[${step}]`;
  return /^[A-Za-z_]\w*$/.test(step)
    ? `.${step.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())}`
    : `[${JSON.stringify(step)}]`;
}

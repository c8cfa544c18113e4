import type { Diagnostic } from "../diagnostics/diagnostic";
import { errorDiagnostic, uniqueDiagnostics } from "../diagnostics/diagnostic";
import { createRedactor } from "../log/redactor";
import type { Block } from "../schema/schema";
import { secretsOf } from "../value/secrets";
import type { ObjectValue } from "../value/value";
import type { Message } from "../wire/message";
import type { DiagnosticMessage, DynamicValueMessage } from "../wire/tfplugin6";
import type { Session } from "./session";
import { diagnosticsToWire, objectFromWire } from "./wire-values";

/** A call as the transport sees it: bytes in, bytes out. It never rejects. */
export type Rpc = (request: Uint8Array) => Promise<Uint8Array>;

/** What one call knows while it runs. */
export interface Call {
  /** Decodes an object and remembers its sensitive values, so that they cannot appear in an internal error. */
  object(block: Block, message: DynamicValueMessage | undefined): ObjectValue | null;
}

/** What a handler answers: the fields of the response, with diagnostics as values. */
export type Answer<Response> = Omit<Response, "diagnostics"> & { readonly diagnostics?: readonly Diagnostic[] };

/**
 * Wraps a handler into a call that always answers: an exception becomes an error diagnostic without stack trace and
 * without secrets, and a log line with the stack trace.
 */
export function rpc<
  Client,
  Request,
  Response extends { readonly diagnostics?: readonly DiagnosticMessage[] | undefined },
>(
  session: Session<Client>,
  name: string,
  request: Message<Request>,
  response: Message<Response>,
  handle: (request: Request, call: Call) => Promise<Answer<Response>> | Answer<Response>,
): Rpc {
  return async (bytes) => {
    const secrets = createRedactor((text) => session.redactor.redact(text));
    const call: Call = {
      object(block, message) {
        const object = objectFromWire(block, message);
        secrets.add(secretsOf(block, object));
        return object;
      },
    };
    const encode = (answer: Answer<Response>) => {
      const redacted = uniqueDiagnostics(answer.diagnostics ?? []).map((one) =>
        redactDiagnostic(one, session.redactor.redact),
      );
      return response.encode({ ...answer, diagnostics: diagnosticsToWire(redacted) } as unknown as Response);
    };
    try {
      return encode(await handle(request.decode(bytes), call));
    } catch (error) {
      const stack = error instanceof Error ? error.stack : undefined;
      session.log.error(`${name} failed unexpectedly`, { error: secrets.redact(stack ?? describe(error)) });
      return encode({
        diagnostics: [internalError(name, secrets.redact(describe(error)))],
      } as unknown as Answer<Response>);
    }
  };
}

/** The diagnostic for something that must not happen. */
export function internalError(operation: string, text: string): Diagnostic {
  return errorDiagnostic(
    "Internal error in the provider",
    `${operation} failed unexpectedly: ${text}\n\nThis is a bug in the provider, which should be reported in its issue ` +
      "tracker. Run again with TF_LOG_PROVIDER=ERROR to see where it happened.",
  );
}

function describe(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error that cannot be shown";
  }
}

function redactDiagnostic(diagnostic: Diagnostic, redact: (text: string) => string): Diagnostic {
  return { ...diagnostic, summary: redact(diagnostic.summary), detail: redact(diagnostic.detail) };
}

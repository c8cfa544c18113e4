import { serve } from "../plugin";

/** The executable that Terraform starts. The provider is loaded after the handshake, so that Terraform need not wait for it. */
void serve(async () => {
  const { createProvider } = await import("./provider");
  return createProvider(process.env);
});

/** The package's version, which the build puts in; outside of a build there is none. */
export const PROVIDER_VERSION = process.env.TOPOFORM_BUILD_VERSION ?? "0.0.0-dev";

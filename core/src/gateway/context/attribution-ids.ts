/**
 * What ids from outside may look like, so that they are safe in a log line, a file name and a query; what does not is
 * dropped without a word. Contract section 6.
 */
export const SESSION_ID = /^[A-Za-z0-9-]{1,128}$/;

/** Tenants, jobs and groups of traces. */
export const ATTRIBUTION_ID = /^[A-Za-z0-9._-]{1,128}$/;

export const exitCodes = { fine: 0, findings: 1, usage: 2, couldNotRun: 3 } as const;

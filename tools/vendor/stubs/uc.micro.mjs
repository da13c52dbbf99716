// What regular expressions of today's browsers know by themselves, beyond the first 65,536 characters too.
export const P = /\p{P}/u;
export const S = /\p{S}/u;
export const Z = /\p{Z}/u;
export const Cc = /\p{Cc}/u;
export const Any = /[^]/u;

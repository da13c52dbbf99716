// Addresses are found by wwwroot/js/lib/addresses.js, in plain text and in Markdown by the same rule.
export class LinkifyIt {}

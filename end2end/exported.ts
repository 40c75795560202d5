import { parse as parseCsv } from "csv-parse/sync";
import { parse as parseOfx } from "ofx-js";
import { minorOf } from "./bank";

/** What a file tells of one payment, as far as tests look. */
export interface Exported {
  txid: string;
  minor: number;
}

/** A table as spreadsheets read it, with the names of its columns. */
export function readTable(text: string): Record<string, string>[] {
  const french = text.startsWith("\ufeff");
  return parseCsv(text, { columns: true, delimiter: french ? ";" : ",", bom: true }) as Record<string, string>[];
}

interface Statement {
  CURDEF: string;
  BANKACCTFROM: { ACCTID: string };
  BANKTRANLIST: { STMTTRN?: Entry | Entry[] };
  LEDGERBAL: { BALAMT: string };
}

interface Entry {
  FITID: string;
  TRNAMT: string;
  NAME: string;
  DTPOSTED: string;
}

/** The statements of a file, read by somebody else's reader. */
export async function readStatements(text: string): Promise<{ account: string; balance: number; payments: Exported[] }[]> {
  const file = (await parseOfx(text)) as { OFX: { BANKMSGSRSV1?: { STMTTRNRS: { STMTRS: Statement } | { STMTRS: Statement }[] } } };
  return listed(file.OFX.BANKMSGSRSV1?.STMTTRNRS).map(({ STMTRS: statement }) => ({
    account: statement.BANKACCTFROM.ACCTID,
    balance: minorOf(statement.LEDGERBAL.BALAMT),
    payments: listed(statement.BANKTRANLIST.STMTTRN).map((entry) => ({ txid: entry.FITID, minor: minorOf(entry.TRNAMT) })),
  }));
}

/** A single element is no list to the reader. */
function listed<T>(found: T | T[] | undefined): T[] {
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}

export function sum(payments: { minor: number }[]): number {
  return payments.reduce((total, payment) => total + payment.minor, 0);
}

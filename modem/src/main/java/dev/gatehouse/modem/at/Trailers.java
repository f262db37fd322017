package dev.gatehouse.modem.at;

/// Learns how the modem ends data, and notices when an end is not whole: then bytes before it were lost on the line, and
/// what was counted as the last data are in truth the first bytes of the end.
///
/// Firmwares write one or two line ends between data and `OK`. Once three answers in a row had two, one is an error; none
/// always is.
final class Trailers {
    private static final int ENOUGH = 3;

    private int seen;
    private int blanksMin = Integer.MAX_VALUE;

    void check(Exchange exchange) {
        int blanks = exchange.blanksAfterData();
        if (blanks == Exchange.NONE) {
            return;
        }
        if (blanks <= 0 || seen >= ENOUGH && blanks < blanksMin) {
            exchange.answer.distrustData();
            return;
        }
        seen++;
        blanksMin = Math.min(blanksMin, blanks);
    }
}

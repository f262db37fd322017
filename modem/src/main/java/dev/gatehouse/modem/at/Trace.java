package dev.gatehouse.modem.at;

/// Hears everything that goes over the line. Secrets are masked before they come here.
///
/// Calls come from several threads, one at a time and in the order of what happened.
public interface Trace {
    /// A command was sent, or part of one that is no payload; `shown` has no carriage return.
    void command(String shown);

    /// A payload was sent.
    void payload(byte[] bytes);

    /// Bytes came, in the pieces in which the line delivered them.
    ///
    /// @param data whether they are counted data, rather than the modem's own words
    void received(byte[] bytes, boolean data);

    /// Something happened that is no byte: time-outs, reboots, changes of state.
    void note(String what);

    /// Keeps nothing.
    static Trace none() {
        return new Trace() {
            @Override
            public void command(String shown) {}

            @Override
            public void payload(byte[] bytes) {}

            @Override
            public void received(byte[] bytes, boolean data) {}

            @Override
            public void note(String what) {}
        };
    }

    /// Tells each of several traces.
    static Trace all(Trace... traces) {
        return new Trace() {
            @Override
            public void command(String shown) {
                for (Trace trace : traces) {
                    trace.command(shown);
                }
            }

            @Override
            public void payload(byte[] bytes) {
                for (Trace trace : traces) {
                    trace.payload(bytes);
                }
            }

            @Override
            public void received(byte[] bytes, boolean data) {
                for (Trace trace : traces) {
                    trace.received(bytes, data);
                }
            }

            @Override
            public void note(String what) {
                for (Trace trace : traces) {
                    trace.note(what);
                }
            }
        };
    }
}

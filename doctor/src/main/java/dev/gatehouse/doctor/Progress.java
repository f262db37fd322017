package dev.gatehouse.doctor;

/// Hears what the probe is doing, on its thread.
public interface Progress {
    /// Says nothing.
    Progress SILENT = new Progress() {
        @Override
        public void begins(String step) {}

        @Override
        public void found(Result result) {}
    };

    /// A step begins, for example `TLS handshake with the server name h.example`.
    void begins(String step);

    /// It came to this.
    void found(Result result);
}

package dev.gatehouse.client;

import java.io.IOException;

/// The other side did not become a WebSocket.
public final class UpgradeFault extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient HttpAnswer answer;

    UpgradeFault(String message, HttpAnswer answer) {
        super(message);
        this.answer = answer;
    }

    /// What it said instead.
    public HttpAnswer answer() {
        return answer;
    }
}

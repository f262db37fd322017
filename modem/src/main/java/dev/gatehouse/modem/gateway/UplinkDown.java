package dev.gatehouse.modem.gateway;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/// There is no modem to connect through now. The message says why.
public final class UplinkDown extends IOException {
    private static final long serialVersionUID = 1L;

    public UplinkDown(String why, @Nullable Throwable cause) {
        super(why, cause);
    }
}

package dev.gatehouse.modem.at;

import java.io.IOException;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import org.jspecify.annotations.Nullable;

/// A serial port: eight data bits, no parity, one stop bit, with or without RTS/CTS.
public final class SerialLine implements Line {
    /// How long a read waits before it looks whether the port was closed, in milliseconds.
    private static final int READ_WAIT_MILLIS = 200;

    private final String name;
    private final boolean flowControl;
    private volatile int bitsPerSecond;
    private volatile @Nullable SerialPort port;

    public SerialLine(String name, int bitsPerSecond, boolean flowControl) {
        this.name = name;
        this.bitsPerSecond = bitsPerSecond;
        this.flowControl = flowControl;
    }

    @Override
    public void open() throws IOException {
        close();
        SerialPort fresh;
        try {
            fresh = SerialPort.getCommPort(name);
        } catch (SerialPortInvalidPortException e) {
            throw new IOException("there is no serial port " + name, e);
        }
        fresh.setComPortParameters(bitsPerSecond, 8, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
        fresh.setFlowControl(flowControl
                ? SerialPort.FLOW_CONTROL_RTS_ENABLED | SerialPort.FLOW_CONTROL_CTS_ENABLED
                : SerialPort.FLOW_CONTROL_DISABLED);
        fresh.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING | SerialPort.TIMEOUT_WRITE_BLOCKING,
                READ_WAIT_MILLIS, 0);
        if (!fresh.openPort()) {
            throw new IOException("the serial port " + name + " could not be opened (error "
                    + fresh.getLastErrorCode() + "): another program may hold it, or this user may not use it");
        }
        port = fresh;
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        while (true) {
            SerialPort from = opened();
            int got = from.readBytes(buffer, buffer.length);
            if (got > 0) {
                return got;
            }
            if (got < 0 || !from.isOpen()) {
                throw new IOException("the serial port " + name + " is gone");
            }
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        int done = 0;
        while (done < bytes.length) {
            int wrote = opened().writeBytes(bytes, bytes.length - done, done);
            if (wrote < 0) {
                throw new IOException("the serial port " + name + " is gone");
            }
            done += wrote;
        }
    }

    @Override
    public boolean speed(int bitsPerSecond) throws IOException {
        this.bitsPerSecond = bitsPerSecond;
        if (!opened().setBaudRate(bitsPerSecond)) {
            throw new IOException("the serial port " + name + " cannot do " + bitsPerSecond + " bit/s");
        }
        return true;
    }

    private SerialPort opened() throws IOException {
        SerialPort now = port;
        if (now == null) {
            throw new IOException("the line is closed");
        }
        return now;
    }

    @Override
    public void close() {
        SerialPort now = port;
        port = null;
        if (now != null) {
            now.closePort();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

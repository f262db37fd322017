package dev.gatehouse.simulator.modem;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.net.Conduit;
import dev.gatehouse.simulator.net.NetEvent;

/// `AT+SERVERSTART`: four ports that the modem listens on. They can be reached from this computer only.
final class Servers {
    private static final int SERVERS = 4;

    private final Board board;
    private final Sockets sockets;
    private final @Nullable Conduit[] listening = new Conduit[SERVERS];
    private final int[] ports = new int[SERVERS];

    Servers(Board board, Sockets sockets, Commands commands) {
        this.board = board;
        this.sockets = sockets;
        commands.on("+SERVERSTART", "+SERVERSTART: (0-65535),(0-3)", this::serve);
        commands.on("+SERVERSTOP", "+SERVERSTOP: (0-3)", this::stopServing);
    }

    /// All of them.
    void stop() {
        for (int i = 0; i < SERVERS; i++) {
            stop(i);
        }
    }

    private void serve(Call call) {
        if (call.is(Command.Kind.READ)) {
            for (int i = 0; i < SERVERS; i++) {
                if (listening[i] != null) {
                    call.line("+SERVERSTART: " + i + "," + ports[i]);
                }
            }
            call.ok();
            return;
        }
        int port = call.arguments().number(0, 0, 65_535);
        int index = call.arguments().number(1, 0, SERVERS - 1);
        if (!sockets.isOpen()) {
            call.line("+CIPERROR: 2").error();
            return;
        }
        if (listening[index] != null) {
            call.line("+CIPERROR: 7").error();
            return;
        }
        listening[index] = board.network().serve(port, Link.BUFFER_BYTES, client -> accepted(client, index), event -> {
            switch (event) {
                case NetEvent.Opened opened -> {
                    ports[index] = opened.localPort();
                    call.ok();
                }
                case NetEvent.Failed _ -> {
                    stop(index);
                    call.line("+CIPERROR: " + Sockets.BIND_FAILED).error();
                }
                case NetEvent.Received _,NetEvent.Datagram _,NetEvent.Drained _,NetEvent.Ended _ -> {
                    // Nothing that a listening socket has.
                }
            }
        });
    }

    private void accepted(Conduit client, int server) {
        Link free = sockets.links().stream().filter(link -> link.state == Link.State.FREE).findFirst().orElse(null);
        if (free == null) {
            client.close();
            return;
        }
        free.opening(client);
        free.server = server;
        client.listen(event -> {
            if (event instanceof NetEvent.Opened opened) {
                free.state = Link.State.OPEN;
                free.address = opened.remoteAddress();
                free.port = opened.remotePort();
                board.output().urc("+CLIENT: " + free.number + "," + server + "," + free.address + ":" + free.port);
            } else {
                sockets.happened(free, event, null);
            }
        });
    }

    private void stopServing(Call call) {
        int index = call.arguments().number(0, 0, SERVERS - 1);
        if (listening[index] == null) {
            call.line("+SERVERSTOP: " + index + "," + Sockets.NOT_SUPPORTED).error();
            return;
        }
        stop(index);
        call.okWithResult("+SERVERSTOP: " + index + ",0");
    }

    private void stop(int index) {
        Conduit server = listening[index];
        if (server != null) {
            server.close();
            listening[index] = null;
        }
    }
}

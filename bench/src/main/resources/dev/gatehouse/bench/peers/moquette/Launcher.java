import java.util.Properties;

import io.moquette.broker.Server;
import io.moquette.broker.config.MemoryConfig;

/// Moquette, embedded; lets everybody in.
public final class Launcher {
    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("host", "127.0.0.1");
        properties.setProperty("port", args[1]);
        properties.setProperty("ssl_port", args[2]);
        properties.setProperty("jks_path", args[3]);
        properties.setProperty("key_store_type", "pkcs12");
        properties.setProperty("key_store_password", args[4]);
        properties.setProperty("key_manager_password", args[4]);
        properties.setProperty("allow_anonymous", "true");
        properties.setProperty("persistence_enabled", "false");
        properties.setProperty("data_path", args[0]);
        properties.setProperty("telemetry_enabled", "false");
        properties.setProperty("netty.mqtt.message_size", "1048576");
        properties.setProperty("receive_maximum", "65535");
        new Server().startServer(new MemoryConfig(properties));
        Thread.currentThread().join();
    }
}

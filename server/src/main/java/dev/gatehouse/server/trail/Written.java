package dev.gatehouse.server.trail;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;

/// JSON that is written field by field: as text, without a tree in between since every attempt is written out, or as a
/// tree for those who add to it.
@FunctionalInterface
interface Written {
    JsonMapper MAPPER = new JsonMapper();
    JsonFactory FACTORY = MAPPER.getFactory();

    /// Writes one value.
    ///
    /// @throws IOException never here, where all goes to memory
    void to(JsonGenerator out) throws IOException;

    /// On one line.
    static String text(Written json) {
        StringWriter text = new StringWriter(2048);
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            json.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /// @param json writes an object
    static ObjectNode tree(Written json) {
        try (TokenBuffer tokens = new TokenBuffer(MAPPER, false)) {
            json.to(tokens);
            return MAPPER.readTree(tokens.asParser());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

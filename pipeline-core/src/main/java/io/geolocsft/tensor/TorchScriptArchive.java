package io.geolocsft.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript file made from source text, so that fused kernels need neither Python nor C++.
 *
 * <p>The format is PyTorch's zip of {@code code/__torch__.py} (the source of one module class),
 * {@code data.pkl} (the module instance, here without parameters), {@code constants.pkl} and {@code
 * version} (see {@code torch/csrc/jit/docs/serialization.md}).
 */
public final class TorchScriptArchive {

  /** File format 10: the newest that PyTorch 2 writes, so no operator is rewritten at loading. */
  private static final String FORMAT_VERSION = "10\n";

  // Pickle opcodes, protocol 2 (Python's pickletools names).
  private static final byte PROTO = (byte) 0x80;
  private static final byte EMPTY_TUPLE = ')';
  private static final byte EMPTY_DICT = '}';
  private static final byte MARK = '(';
  private static final byte NEWOBJ = (byte) 0x81;
  private static final byte NEWTRUE = (byte) 0x88;
  private static final byte NONE = 'N';
  private static final byte BINUNICODE = 'X';
  private static final byte SETITEMS = 'u';
  private static final byte BUILD = 'b';
  private static final byte STOP = '.';

  private TorchScriptArchive() {}

  /** Packs the source of a class named {@code className}, which must declare no parameters. */
  public static byte[] of(String className, String source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", instance(className));
      put(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      put(zip, "constants.pkl", new byte[] {PROTO, 2, EMPTY_TUPLE, STOP});
      put(zip, "version", FORMAT_VERSION.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Entries are stored, not compressed: PyTorch reads nothing else. */
  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("kernels/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** Pickles {@code __torch__.CLASS} with its attributes: training mode on, no backward hook. */
  private static byte[] instance(String className) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {PROTO, 2});
    out.writeBytes(("c__torch__\n" + className + "\n").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[] {EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, MARK});
    text(out, "training");
    out.write(NEWTRUE);
    text(out, "_is_full_backward_hook");
    out.writeBytes(new byte[] {NONE, SETITEMS, BUILD, STOP});
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    out.write(BINUNICODE);
    out.writeBytes(new byte[] {(byte) utf8.length, 0, 0, 0});
    out.writeBytes(utf8);
  }
}

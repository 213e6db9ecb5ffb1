package io.geolocsft.image;

import static io.geolocsft.image.MadeFiles.asItCame;
import static io.geolocsft.image.MadeFiles.before;
import static io.geolocsft.image.MadeFiles.deflated;
import static io.geolocsft.image.MadeFiles.join;
import static io.geolocsft.image.MadeFiles.jpegWith;
import static io.geolocsft.image.MadeFiles.latin1;
import static io.geolocsft.image.MadeFiles.part;
import static io.geolocsft.image.MadeFiles.pngWith;
import static io.geolocsft.image.MadeFiles.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.hash.Hashing;
import io.geolocsft.image.ImageException.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images as cameras, editors and converters write them: a clear reading is read, one that is not
 * clear is left out. What a picture is, Pillow 13.0.0 says.
 */
class TestImagesAsTheyCome {

  private static final String NOWHERE = "nowhere";
  private static final String NEVER = "never";
  private static final int FILM = 40 << 20;

  @Test
  void everyCaseIsRead() throws IOException {
    assertThat(files()).hasSize(7);
    assertThat(positions()).hasSize(41);
    assertThat(times()).hasSize(19);
    assertThat(forms()).hasSize(17);
    assertThat(pictures()).hasSize(22);
    assertThat(refused()).hasSize(8);
  }

  static List<String> files() {
    return List.of(
        "02_all_0_0.jpg | nowhere | never",
        "08_words_South_West.jpg | -35.689444 -139.691667 | never",
        "10_signed_negative_ref_N.jpg | -35.689444 139.691667 | never",
        "14_S_space.jpg | -35.689444 -139.691667 | never",
        "16_empty_ref.jpg | nowhere | never",
        "31_png_exif_with_prefix.png | 35.689444 139.691667 | never",
        "date_0001.jpg | 35.000000 139.000000 | 0001-01-01T00:00:00Z");
  }

  @ParameterizedTest
  @MethodSource("files")
  void file(String line) throws IOException {
    String[] told = line.split(" \\| ");
    byte[] file = asItCame(told[0]);
    assertThat(where(file)).isEqualTo(told[1]);
    assertThat(when(file)).isEqualTo(told[2]);
    assertThat(ImageDecoder.decode(file, DecodeLimits.DEFAULT).width()).isEqualTo(96);
  }

  /** Reference and value of the latitude, of the longitude, and what is right. */
  static List<String> positions() {
    return List.of(
        "N | 35/1 41/1 22/1 | E | 139/1 41/1 30/1 | 35.689444 139.691667",
        "S | 35/1 41/1 22/1 | W | 139/1 41/1 30/1 | -35.689444 -139.691667",
        "S\\0 | 35/1 41/1 22/1 | W\\0 | 139/1 41/1 30/1 | -35.689444 -139.691667",
        "S\\0\\0\\0\\0\\0 | 35/1 41/1 22/1 | W\\0xyz | 139/1 41/1 30/1 | -35.689444 -139.691667",
        "s\\0 | 35/1 41/1 22/1 | w\\0 | 139/1 41/1 30/1 | -35.689444 -139.691667",
        "South\\0 | 35/1 41/1 22/1 | West\\0 | 139/1 41/1 30/1 | -35.689444 -139.691667",
        "SOUTH | 35/1 41/1 22/1 | east | 139/1 41/1 30/1 | -35.689444 139.691667",
        " S | 35/1 41/1 22/1 | W  | 139/1 41/1 30/1 | -35.689444 -139.691667",
        "\\0\\0 | 35/1 41/1 22/1 | \\0\\0 | 139/1 41/1 30/1 | nowhere",
        "- | 35/1 41/1 22/1 | - | 139/1 41/1 30/1 | nowhere",
        "N\\0 | 35/1 41/1 22/1 | - | 139/1 41/1 30/1 | nowhere",
        "E\\0 | 35/1 41/1 22/1 | N\\0 | 39/1 41/1 30/1 | nowhere",
        "W\\0 | 35/1 41/1 22/1 | S\\0 | 139/1 41/1 30/1 | nowhere",
        "N\\0 | 35/1 41/1 22/1 | O\\0 | 139/1 41/1 30/1 | nowhere",
        "? | 35/1 41/1 22/1 | 0 | 139/1 41/1 30/1 | nowhere",
        "N\\0 | -35/1 41/1 22/1 | E\\0 | 139/1 41/1 30/1 | -35.689444 139.691667",
        "N\\0 | -35/1 -41/1 -22/1 | E\\0 | -139/1 0/1 0/1 | -35.689444 -139.000000",
        "S\\0 | -35/1 41/1 22/1 | W\\0 | -139/1 41/1 30/1 | -35.689444 -139.691667",
        "S\\0 | 0/1 -41/1 0/1 | W\\0 | -139/1 41/1 30/1 | -0.683333 -139.691667",
        "N\\0 | 35/1 -41/1 22/1 | E\\0 | 139/1 41/1 30/1 | nowhere",
        "N\\0 | 4294967261/1 41/1 22/1 | E\\0 | 139/1 41/1 30/1 | nowhere",
        "- | -35/1 41/1 22/1 | - | -139/1 41/1 30/1 | nowhere",
        "N\\0 | 0/0 0/0 0/0 | E\\0 | 0/0 0/0 0/0 | nowhere",
        "N\\0 | 35/1 41/1 0/0 | E\\0 | 139/1 41/1 30/1 | nowhere",
        "N\\0 | 35/0 41/1 22/1 | E\\0 | 139/1 41/1 30/1 | nowhere",
        "N\\0 | 0/1 0/1 0/1 | E\\0 | 0/1 0/1 0/1 | 0.000000 0.000000",
        "N\\0 | 35/1 60/1 0/1 | E\\0 | 139/1 41/1 60/1 | 36.000000 139.700000",
        "N\\0 | 35/1 61/1 0/1 | E\\0 | 139/1 41/1 30/1 | nowhere",
        "N\\0 | 35/1 41/1 2236/1 | E\\0 | 139/1 41/1 3012/1 | nowhere",
        "N\\0 | 35689444/1000000 | W\\0 | 139691667/1000000 | 35.689444 -139.691667",
        "S\\0 | 35689444/1000000 0/1 0/1 | W\\0 | 139/1 415/10 0/1 | -35.689444 -139.691667",
        "S\\0 | 35/1 41367/1000 | W\\0 | 139/1 415/10 | -35.689450 -139.691667",
        "N\\0 | 35689444/1000000 41/1 22/1 | E\\0 | 139/1 41/1 30/1 | nowhere",
        "N\\0 | 35/1 41367/1000 22/1 | E\\0 | 139/1 41/1 30/1 | nowhere",
        "N\\0 | 35/1 41/1 22/1 1/1 | E\\0 | 139/1 41/1 30/1 | nowhere",
        "N\\0 | 90/1 0/1 1/1 | E\\0 | 139/1 41/1 30/1 | nowhere",
        "N\\0 | 90/1 0/1 0/1 | E\\0 | 180/1 0/1 0/1 | 90.000000 180.000000",
        "N\\0 | 35/1 41/1 22/1 | E\\0 | 200/1 0/1 0/1 | nowhere",
        "S\\0 | 35.6894 | E\\0 | 139.5 | -35.689400 139.500000",
        "S\\0 | NaN NaN NaN | E\\0 | 139.5 | nowhere",
        "N\\0 | Infinity | E\\0 | 139.5 | nowhere");
  }

  @ParameterizedTest
  @MethodSource("positions")
  void position(String line) throws IOException {
    String[] told = line.split(" \\| ");
    byte[] block = new ExifBytes().position(told[0], told[1], told[2], told[3]).block();
    assertThat(where(jpegWith(sound(), "Exif\0\0", block))).isEqualTo(told[4]);
  }

  /** Time, fraction of a second and offset, and what is right. */
  static List<String> times() {
    return List.of(
        "2019:07:14 08:30:05\\0 | - | - | 2019-07-14T08:30:05Z",
        "2019:07:14 08:30:05\\0 | 25\\0 | - | 2019-07-14T08:30:05.250Z",
        "2019:07:14 08:30:05\\0 | 25  | +02:00\\0 | 2019-07-14T06:30:05.250Z",
        "2019:07:14 08:30:05\\0 | 123456789 | -05:30\\0 | 2019-07-14T14:00:05.123456789Z",
        "2019:07:14 08:30:05\\0 | - | Z | 2019-07-14T08:30:05Z",
        "2019:07:14 08:30:05\\0 |     |    :  \\0 | 2019-07-14T08:30:05Z",
        "2019:07:14 08:30:05\\0 | -1 | +99:00\\0 | 2019-07-14T08:30:05Z",
        "2019:07:14 08:30:05+02:00 | - | - | 2019-07-14T06:30:05Z",
        "2019-07-14T08:30:05.5Z | 25 | +02:00 | 2019-07-14T08:30:05.500Z",
        "2019/07/14 08:30:05 | - | - | 2019-07-14T08:30:05Z",
        "0000:00:00 00:00:00\\0 | - | - | never",
        "    :  :     :  :  \\0 | - | - | never",
        "                    | - | - | never",
        "0000:01:01 00:00:00\\0 | - | - | never",
        "0001:01:01 00:00:00\\0 | 5 | - | 0001-01-01T00:00:00.500Z",
        "0001:01:01 00:00:00\\0 | - | +14:00 | never",
        "9999:12:31 23:59:59\\0 | - | - | 9999-12-31T23:59:59Z",
        "9999:12:31 23:59:59\\0 | - | -12:00 | never",
        "2019:07:14 24:61:00\\0 | - | - | never");
  }

  @ParameterizedTest
  @MethodSource("times")
  void time(String line) throws IOException {
    String[] told = line.split(" \\| ");
    byte[] block = new ExifBytes().time(told[0], told[1], told[2]).block();
    assertThat(when(jpegWith(sound(), "Exif\0\0", block))).isEqualTo(told[3]);
  }

  /** Every way in which a file holds the one position. */
  static List<Arguments> forms() throws IOException {
    byte[] block =
        new ExifBytes().position("S\\0", "35/1 30/1 0/1", "E\\0", "139/1 0/1 0/1").block();
    return formsOf(block);
  }

  private static List<Arguments> formsOf(byte[] block) throws IOException {
    byte[] prefix = latin1("Exif\0\0");
    byte[] png = Goldens.bytes("mode-rgba.png");
    byte[] hex = raw("exif", join(prefix, block));
    byte[] bare = raw("exif", block);
    byte[] xmp = latin1(packet("35,30.0S", "139,0,0E"));
    String right = "-35.500000 139.000000";
    return List.of(
        Arguments.of("JPEG", jpegWith(sound(), "Exif\0\0", block), right),
        Arguments.of("JPEG, prefix twice", jpegWith(sound(), "Exif\0\0Exif\0\0", block), right),
        Arguments.of("eXIf", pngWith(png, "eXIf", block), right),
        Arguments.of("eXIf, prefix", pngWith(png, "eXIf", join(prefix, block)), right),
        Arguments.of("tEXt exif", pngWith(png, "tEXt", text("exif", hex)), right),
        Arguments.of("tEXt exif, bare", pngWith(png, "tEXt", text("exif", bare)), right),
        Arguments.of("tEXt APP1", pngWith(png, "tEXt", text("APP1", hex)), right),
        Arguments.of("zTXt exif", pngWith(png, "zTXt", zipped("exif", hex)), right),
        Arguments.of("zTXt APP1", pngWith(png, "zTXt", zipped("APP1", hex)), right),
        Arguments.of("iTXt exif", pngWith(png, "iTXt", international("exif", 0, hex)), right),
        Arguments.of("iTXt APP1", pngWith(png, "iTXt", international("APP1", 1, hex)), right),
        Arguments.of(
            "no hex", pngWith(png, "tEXt", text("exif", latin1("\nexif\n 4\nzz"))), NOWHERE),
        Arguments.of("no zip", pngWith(png, "zTXt", text("exif", hex)), NOWHERE),
        Arguments.of("JPEG XMP", jpegWith(sound(), "http://ns.adobe.com/xap/1.0/\0", xmp), right),
        Arguments.of("PNG XMP", pngWith(png, "iTXt", international(null, 0, xmp)), right),
        Arguments.of(
            "Exif before XMP",
            jpegWith(
                jpegWith(sound(), "Exif\0\0", block),
                "http://ns.adobe.com/xap/1.0/\0",
                latin1(packet("1,0.0N", "1,0.0E"))),
            right),
        Arguments.of(
            "XMP with a document type",
            jpegWith(
                sound(),
                "http://ns.adobe.com/xap/1.0/\0",
                join(latin1("<!DOCTYPE x [<!ENTITY y \"z\">]>"), xmp)),
            NOWHERE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void form(String name, byte[] file, String right) throws IOException {
    assertThat(where(file)).as(name).isEqualTo(right);
    ImageDecoder.decode(file, DecodeLimits.DEFAULT);
  }

  /** As ImageMagick writes it: name, length and lines of 36 bytes. */
  private static byte[] raw(String name, byte[] block) {
    String digits = HexFormat.of().formatHex(block).replaceAll("(.{72})", "$1\n");
    return latin1(String.format(Locale.ROOT, "\n%s\n%8d\n%s\n", name, block.length, digits));
  }

  private static byte[] text(String profile, byte[] text) {
    return join(latin1("Raw profile type " + profile + "\0"), text);
  }

  private static byte[] zipped(String profile, byte[] text) {
    return join(latin1("Raw profile type " + profile + "\0\0"), deflated(text));
  }

  private static byte[] international(String profile, int zip, byte[] text) {
    String keyword = profile == null ? "XML:com.adobe.xmp" : "Raw profile type " + profile;
    byte[] flags = {0, (byte) zip, 0, 'e', 'n', 0, 0};
    return join(latin1(keyword), flags, zip == 1 ? deflated(text) : text);
  }

  private static String packet(String latitude, String longitude) {
    return """
    <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
    xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
    xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="%s" exif:GPSLongitude="%s"/>
    </rdf:RDF></x:xmpmeta>"""
        .formatted(latitude, longitude);
  }

  /** Files that show the one picture of sound(). */
  static List<Arguments> pictures() throws IOException {
    byte[] jpeg = sound();
    byte[] end = {(byte) 0xff, (byte) 0xd9};
    byte[] progressive = Goldens.bytes("progressive.jpg");
    byte[] film = new byte[FILM];
    new Random(20260105).nextBytes(film);
    byte[] profile = latin1("ICC_PROFILE\0\1\1no profile");
    byte[] badSequence = latin1("ICC_PROFILE\0\0\1no profile");
    byte[] thumbnail = latin1("JFIF\0\1\1\0\0\1\0\1\377\377");
    return List.of(
        Arguments.of("zeros before tables", before(0xdb, jpeg, new byte[7]), jpeg),
        Arguments.of("zeros before the frame", before(0xc0, jpeg, new byte[9]), jpeg),
        Arguments.of("zeros before the scan", before(0xda, jpeg, new byte[3]), jpeg),
        Arguments.of("zeros before the end", before(0xd9, jpeg, new byte[9]), jpeg),
        Arguments.of("fill bytes", before(0xdb, jpeg, latin1("\377\377\377\377\377")), jpeg),
        Arguments.of("fill bytes at the end", before(0xd9, jpeg, latin1("\377\377\377")), jpeg),
        Arguments.of("words between", before(0xdb, jpeg, latin1("words")), jpeg),
        Arguments.of("an escaped 255", before(0xdb, jpeg, latin1("\377\0")), jpeg),
        Arguments.of("a lone restart", before(0xdb, jpeg, latin1("\377\323")), jpeg),
        Arguments.of("a remark", before(0xdb, jpeg, segment(0xfe, latin1("hi"))), jpeg),
        Arguments.of("no profile", before(0xdb, jpeg, segment(0xe2, profile)), jpeg),
        Arguments.of("profile 0 of 1", before(0xdb, jpeg, segment(0xe2, badSequence)), jpeg),
        Arguments.of("profile twice", twice(jpeg, segment(0xe2, profile)), jpeg),
        Arguments.of(
            "a thumbnail that is none", before(0xdb, jpeg, segment(0xe0, thumbnail)), jpeg),
        Arguments.of(
            "an empty Adobe segment", before(0xdb, jpeg, segment(0xee, latin1("Adobe"))), jpeg),
        Arguments.of("a film", join(jpeg, film), jpeg),
        Arguments.of("many scans behind", join(jpeg, scans(700)), jpeg),
        Arguments.of("another picture", join(jpeg, Goldens.bytes("cmyk.jpg")), jpeg),
        Arguments.of("a cut picture", join(jpeg, part(jpeg, 0, -9)), jpeg),
        Arguments.of("an end twice", join(jpeg, end, end), jpeg),
        Arguments.of("a film behind scans", join(progressive, film), progressive),
        Arguments.of("zeros between scans", before(0xda, progressive, new byte[5]), progressive));
  }

  private static byte[] twice(byte[] jpeg, byte[] segment) {
    return before(0xdb, before(0xdb, jpeg, segment), segment);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void picture(String name, byte[] file, byte[] same) throws IOException {
    assertThat(ImageDecoder.decode(file, DecodeLimits.DEFAULT).rgb())
        .as(name)
        .isEqualTo(ImageDecoder.decode(same, DecodeLimits.DEFAULT).rgb());
  }

  @ParameterizedTest
  @MethodSource("pillows")
  void pictureOfPillow(String name, String sha256) throws IOException {
    RgbImage image = ImageDecoder.decode(asItCame(name), DecodeLimits.DEFAULT);
    assertThat(Hashing.sha256().hashBytes(image.rgb()).toString()).isEqualTo(sha256);
  }

  static List<Arguments> pillows() {
    return List.of(
        Arguments.of(
            "07_zero_bytes_before_dqt.jpg",
            "8382a7da91593c5c7c21f1ba1f7ae7383bcb8962077f92c8232328d5df95efd2"),
        Arguments.of(
            "09_icc_inconsistent_count.jpg",
            "a5d12143f8ce09477103adb5e667005bcf33885a2382faf68fe6e8166a6d8474"));
  }

  /** An unknown transform of four components is taken as libjpeg takes it, for YCCK. */
  @Test
  void anUnknownTransform() throws IOException {
    byte[] cmyk = Goldens.bytes("cmyk.jpg");
    byte[] adobe = latin1("Adobe\0d\0\0\0\0");
    RgbImage ycck = decoded(before(0xc0, cmyk, segment(0xee, join(adobe, new byte[] {2}))));
    RgbImage unknown = decoded(before(0xc0, cmyk, segment(0xee, join(adobe, new byte[] {7}))));
    assertThat(unknown.rgb()).isEqualTo(ycck.rgb());
    assertThat(decoded(before(0xc0, cmyk, segment(0xee, join(adobe, new byte[] {0})))).rgb())
        .isNotEqualTo(ycck.rgb());
  }

  private static RgbImage decoded(byte[] file) throws ImageException {
    return ImageDecoder.decode(file, DecodeLimits.DEFAULT);
  }

  /** What Pillow refuses too, or what would cost too much. */
  static List<Arguments> refused() throws IOException {
    byte[] jpeg = sound();
    return List.of(
        Arguments.of("no end", part(jpeg, 0, -2), Kind.TRUNCATED),
        Arguments.of("no end, a little less", part(jpeg, 0, -7), Kind.TRUNCATED),
        Arguments.of("half of it", part(jpeg, 0, jpeg.length / 2), Kind.TRUNCATED),
        Arguments.of(
            "half and an end", join(part(jpeg, 0, -90), latin1("\377\331")), Kind.TRUNCATED),
        Arguments.of("a start within", before(0xdb, jpeg, latin1("\377\330")), Kind.CORRUPT),
        Arguments.of("no known marker", before(0xdb, jpeg, latin1("\377\60")), Kind.CORRUPT),
        Arguments.of("501 scans", before(0xd9, jpeg, scans(500)), Kind.UNSUPPORTED),
        Arguments.of("a frame twice", twiceFramed(jpeg), Kind.CORRUPT));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusal(String name, byte[] file, Kind kind) {
    ImageException refusal = catchThrowableOfType(ImageException.class, () -> decoded(file));
    assertThat(refusal).as(name).isNotNull();
    assertThat(refusal.kind()).isEqualTo(kind);
    assertThatCode(() -> ExifReader.read(file)).doesNotThrowAnyException();
  }

  /** Empty scans of one component. */
  private static byte[] scans(int count) {
    byte[] scan = segment(0xda, new byte[] {1, 1, 0, 0, 63, 0});
    byte[][] scans = new byte[count][];
    java.util.Arrays.fill(scans, scan);
    return join(scans);
  }

  private static byte[] twiceFramed(byte[] jpeg) {
    byte[] frame = segment(0xc0, new byte[] {8, 0, 16, 0, 16, 1, 1, 17, 0});
    return before(0xda, jpeg, frame);
  }

  private static byte[] sound() throws IOException {
    return Goldens.bytes("sampling-420.jpg");
  }

  private static String where(byte[] file) {
    return ExifReader.read(file)
        .location()
        .map(point -> String.format(Locale.ROOT, "%.6f %.6f", point.latitude(), point.longitude()))
        .orElse(NOWHERE);
  }

  private static String when(byte[] file) {
    return ExifReader.read(file).capturedAt().map(Instant::toString).orElse(NEVER);
  }
}

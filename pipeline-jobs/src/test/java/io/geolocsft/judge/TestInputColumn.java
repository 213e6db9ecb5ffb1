package io.geolocsft.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestInputColumn {

  /** Headers of published benchmarks and of what people write. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TRUTH | IMG_ID,AUTHOR,LAT,LON,S3_Label | image IMG_ID, latitude LAT, longitude LON, author AUTHOR",
        "TRUTH | lon,lat,name,Accuracy | image name, latitude lat, longitude lon",
        "TRUTH | id,latitude,longitude,creator_username,creator_id | image id, latitude latitude, longitude longitude, author creator_id",
        "TRUTH | IMG_FILE,LAT,LON | image IMG_FILE, latitude LAT, longitude LON",
        "TRUTH | image,pred_lat,pred_lon,true_lat,true_lon | image image, latitude true_lat, longitude true_lon",
        "PREDICTIONS | image,pred_lat,pred_lon,true_lat,true_lon | image image, latitude pred_lat, longitude pred_lon",
        "PREDICTIONS | file_name,Latitude,LNG,text | image file_name, latitude Latitude, longitude LNG",
        "PREDICTIONS | image_id,model,response | image image_id, answer response, model model",
        "PREDICTIONS | id,image_id,latitude,longitude,parse_status | image image_id, latitude latitude, longitude longitude, status parse_status",
      })
  void usualNamesAreFound(InputRole role, String header, String found) {
    List<String> names = List.of(header.split(","));
    assertThat(FoundColumns.areIn(names, role, Map.of())).isTrue();
    assertThat(FoundColumns.in(names, role, Map.of(), "file").text()).isEqualTo(found);
  }

  @Test
  void namedColumnsGoFirst() {
    Map<InputColumn, String> named =
        InputColumn.parse(InputRole.PREDICTIONS, List.of("image=photo", "answer=said"));
    List<String> names = List.of("image", "photo", "lat", "lon", "said");
    assertThat(FoundColumns.in(names, InputRole.PREDICTIONS, named, "file").text())
        .isEqualTo("image photo, answer said");
  }

  @Test
  void whatIsWrongIsNamed() {
    List<String> names = List.of("image", "lat", "lat", "lon");
    assertThatThrownBy(() -> FoundColumns.in(names, InputRole.TRUTH, Map.of(), "--truth a.csv"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("--truth a.csv has more than one column 'lat'")
        .hasMessageContaining("--truth-columns image=NAME");
    assertThatThrownBy(() -> InputColumn.parse(InputRole.TRUTH, List.of("answer=text")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "--truth-columns: 'answer=text' is not of the form KEY=COLUMN; allowed keys: image, latitude, longitude, author, benchmark");
  }
}

/**
 * Gemma 3: configuration, weights, vision tower, projector and decoder.
 *
 * <p>Behaviour follows the reference implementation in Hugging Face transformers ({@code
 * modeling_gemma3.py}, {@code modeling_siglip.py}). A layer is one TorchScript method, so a forward
 * pass costs one native call a layer.
 */
package io.geolocsft.gemma;

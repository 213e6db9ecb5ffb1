/** An image as Gemma 3 sees it, exactly as Hugging Face prepares it. */
package io.geolocsft.image.preprocess;
